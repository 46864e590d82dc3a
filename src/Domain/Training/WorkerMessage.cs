using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Training;

/// <summary>
/// What a worker process tells its parent: one JSON object a line on standard output, nothing else there. The parent says
/// <see cref="WorkerProtocol.CancelLine"/> on the worker's standard input; end of input means that the parent is gone, and
/// the worker stops by itself.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(PhaseChanged), "phase")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(StepDone), "step")]
[JsonDerivedType(typeof(CheckpointWritten), "checkpoint")]
[JsonDerivedType(typeof(LogWritten), "log")]
[JsonDerivedType(typeof(ModelWritten), "model")]
[JsonDerivedType(typeof(ImageScored), "scored")]
[JsonDerivedType(typeof(Evaluated), "evaluated")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Done), "done")]
public abstract record WorkerMessage
{
    private WorkerMessage()
    {
    }

    /// <param name="Device">Where it runs, for example <c>cpu</c>.</param>
    /// <param name="DeviceReason">Why there, in words for the run page.</param>
    /// <param name="ResumedFromEpoch">The finished epochs of the checkpoint it goes on from, 0 for a fresh start.</param>
    public sealed record Started(
        string Device, string DeviceReason, int Threads, string CodeVersion, string LibraryVersions, int ResumedFromEpoch) : WorkerMessage;

    public sealed record PhaseChanged(RunPhase Phase) : WorkerMessage;

    /// <param name="Fraction">Of the whole job, 0 to 1, never falling.</param>
    /// <param name="SecondsLeft">Estimate, null while there is none.</param>
    public sealed record Progress(double Fraction, double? SecondsLeft) : WorkerMessage;

    /// <summary>One optimisation step, counted from 1 over the whole run.</summary>
    public sealed record StepDone(
        int Step, int Epoch, double TaskLoss, double? DiscriminatorLoss, double? AdversarialLoss, double? DiscriminatorAccuracy) : WorkerMessage;

    public sealed record CheckpointWritten(int Epoch) : WorkerMessage;

    public sealed record LogWritten(LogSeverity Severity, string Text) : WorkerMessage;

    /// <param name="Path">The bundle file, relative to the work directory.</param>
    /// <param name="Bytes">Size of the bundle.</param>
    /// <param name="ShotScores">Of every support shot under the model of the others, in order; null from a worker that does not tell.</param>
    /// <param name="CodeVersion">Of the program that made the model, which a run that was resumed may have been begun by.</param>
    public sealed record ModelWritten(
        string Path, long Bytes, string DataHash, Calibration Calibration, IReadOnlyList<double>? ShotScores = null, string? CodeVersion = null,
        string? LibraryVersions = null) : WorkerMessage;

    /// <param name="Score">With ignored pixels left out.</param>
    /// <param name="MapPath">Raw float16 map, relative to the work directory.</param>
    /// <param name="HeatmapPath">Rendered PNG, relative to the work directory.</param>
    /// <param name="FullScore">Of the whole picture, where pixels were left out.</param>
    /// <param name="IgnoreMark">Of the job's regions, where they were honoured.</param>
    public sealed record ImageScored(
        string ImageId, double Score, string MapPath, string HeatmapPath, double? FullScore, string? IgnoreMark) : WorkerMessage;

    public sealed record Evaluated(EvaluationMetrics Metrics) : WorkerMessage;

    /// <param name="Reason">For people: what happened and what to do.</param>
    /// <param name="Details">A stack trace or the like, folded away on the page.</param>
    public sealed record Failed(string Reason, string? Details) : WorkerMessage;

    public sealed record Done : WorkerMessage;
}

public enum RunPhase
{
    Preparing,
    Training,
    Fitting,
    Calibrating,
    Scoring,
    Storing,
}

public enum LogSeverity
{
    Information,
    Warning,
    Error,
}

/// <summary>How worker and parent write what they exchange.</summary>
public static class WorkerProtocol
{
    public const string CancelLine = "cancel";

    /// <summary>Exit codes of the worker process.</summary>
    public const int ExitDone = 0;

    public const int ExitFailed = 1;

    public const int ExitCancelled = 3;

    /// <summary>There was no room for a file. What was written before is whole, and the same job goes on from there.</summary>
    public const int ExitDiskFull = 4;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>A message is whole or none: a path that is missing must not reach the recorder as null.</summary>
    private static readonly JsonSerializerOptions Whole = new(Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public static string Write(WorkerMessage message) => JsonSerializer.Serialize(message, Json);

    /// <summary>Reads a line; anything that is not a message (a native library's chatter) gives false.</summary>
    public static bool TryRead(string line, [NotNullWhen(true)] out WorkerMessage? message)
    {
        message = null;
        if (!line.StartsWith('{'))
            return false;
        try
        {
            message = JsonSerializer.Deserialize<WorkerMessage>(line, Whole);
            return message is not null;
        }
        // ArgumentException: half a surrogate pair, which is not even text.
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }
}
