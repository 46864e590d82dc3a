using System.Text.Json.Serialization;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Models;

/// <summary>A bundle that a scoring process shall keep warm.</summary>
/// <param name="Key">What the model is called; the same for the same content of the same team.</param>
/// <param name="Path">The bundle file, absolute.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal: a file that was torn or changed is refused.</param>
public sealed record WarmBundle(string Key, string Path, string Sha256);

/// <summary>What the portal asks of a scoring process. Every request with an id gets one answer with that id.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Load), "load")]
[JsonDerivedType(typeof(Score), "score")]
[JsonDerivedType(typeof(Cancel), "cancel")]
public abstract record ScoringRequest
{
    private ScoringRequest()
    {
    }

    /// <summary>Makes the model ready, so that the first image does not wait for it.</summary>
    public sealed record Load(long Id, WarmBundle Bundle) : ScoringRequest;

    /// <summary>Scores one image with the model, which is loaded first if need be. The body is the image: Side × Side × RGB bytes, row by row.</summary>
    /// <param name="Alone">Never in one pass with others: the last such pass ended the process.</param>
    public sealed record Score(long Id, WarmBundle Bundle, int Side, bool Alone) : ScoringRequest;

    /// <summary>Nobody waits for this one any more. It gets no answer, unless it is being worked on already.</summary>
    public sealed record Cancel(long Id) : ScoringRequest;
}

/// <summary>What a scoring process tells the portal.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Ready), "ready")]
[JsonDerivedType(typeof(Begun), "begun")]
[JsonDerivedType(typeof(Loaded), "loaded")]
[JsonDerivedType(typeof(Scored), "scored")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Dropped), "dropped")]
public abstract record ScoringAnswer
{
    private ScoringAnswer()
    {
    }

    /// <summary>The first message, once.</summary>
    public sealed record Ready(int Version, string Device, int Threads) : ScoringAnswer;

    /// <summary>These are worked on from now: if the process dies, they are under suspicion and the others are not.</summary>
    public sealed record Begun(IReadOnlyList<long> Ids) : ScoringAnswer;

    /// <param name="Bytes">What the warm model takes.</param>
    /// <param name="Seconds">What loading took; 0 for one that was warm.</param>
    public sealed record Loaded(long Id, long Bytes, double Seconds) : ScoringAnswer;

    /// <summary>The body is the raw map as it is stored: <see cref="Evaluation.AnomalyMapFile"/>.</summary>
    /// <param name="Seconds">In the model alone: from the pixels to map and score, of the whole pass.</param>
    /// <param name="Together">Images in that pass.</param>
    public sealed record Scored(long Id, double Score, double Seconds, int Together) : ScoringAnswer;

    /// <summary>This request cannot be answered; the process is well.</summary>
    public sealed record Failed(long Id, ErrorKind Kind, string Code, string Message) : ScoringAnswer;

    /// <summary>The model had to make room for another one.</summary>
    public sealed record Dropped(string Key) : ScoringAnswer;
}
