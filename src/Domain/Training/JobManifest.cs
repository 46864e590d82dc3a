using System.Text.Json;
using System.Text.Json.Serialization;

namespace FewShotAD.Domain.Training;

/// <param name="Id">What the worker's answers call the image: an image id, or a relative path on the command line.</param>
/// <param name="Path">An image file that the worker can read.</param>
/// <param name="Defective">Ground truth, null when nobody said.</param>
/// <param name="MaskPath">Ground truth mask (a PNG, non-zero where the defect is), null when there is none.</param>
/// <param name="Ignore">Pixels that do not count; null when all do.</param>
public sealed record JobImage(string Id, string Path, bool? Defective = null, string? MaskPath = null, JobIgnore? Ignore = null);

/// <param name="Mark">Goes back with the score that was taken without the pixels: <see cref="Marks.IgnoreMark"/>.</param>
/// <param name="Paths">Masks of any size, laid over the picture; a pixel does not count where one of them is not zero.</param>
public sealed record JobIgnore(string Mark, IReadOnlyList<string> Paths);

/// <summary>Normal images of one part; RegAD learns to register pairs within a category.</summary>
public sealed record TrainingCategory(string Name, IReadOnlyList<JobImage> Images);

/// <summary>The registration model that a job's recipe names.</summary>
/// <param name="Path">Its file.</param>
/// <param name="KnowsPart">Whether it was trained over the inspected part.</param>
public sealed record JobRegistration(string Path, bool KnowsPart);

/// <summary>
/// What the portal hands to the worker process as <c>job.json</c>. The worker writes only below <see cref="WorkDirectory"/>:
/// <c>checkpoint/</c>, <c>model.fsad</c>, <c>maps/</c>, <c>heatmaps/</c>.
/// </summary>
public sealed record JobManifest
{
    public required string RunId { get; init; }

    public required TrainingRecipe Recipe { get; init; }

    /// <summary>The K normal shots of the inspected part.</summary>
    public required IReadOnlyList<JobImage> Support { get; init; }

    /// <summary>Other parts to learn registration from. Empty: pairs are made by augmenting the support shots.</summary>
    public IReadOnlyList<TrainingCategory> TrainingCategories { get; init; } = [];

    /// <summary>Given where the recipe names a registration model; null otherwise.</summary>
    public JobRegistration? Registration { get; init; }

    /// <summary>Images to score once the model stands.</summary>
    public IReadOnlyList<JobImage> Test { get; init; } = [];

    /// <summary>Whether maps and heatmaps of the test images are written and told of; without them the job ends in its figures alone.</summary>
    public bool KeepMaps { get; init; } = true;

    public required string WorkDirectory { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Processor threads; 0 lets the worker choose. The same number gives the same bits.</summary>
    public int Threads { get; init; }

    /// <summary>A folder to look for backbones' files in before the usual ones, absolute; null when there is none.</summary>
    public string? BackboneDirectory { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, WorkerProtocol.Json);

    public static JobManifest FromJson(string json) =>
        JsonSerializer.Deserialize<JobManifest>(json, WorkerProtocol.Json) ?? throw new JsonException("An empty job manifest.");
}
