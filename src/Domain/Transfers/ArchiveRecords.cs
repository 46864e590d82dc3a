using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Transfers;

// What stands in the files of an exported zip and in JSON lines. Ids are those of the exporting installation, for reference only:
// images are known by their SHA-256.

/// <summary>A line of <c>images.jsonl</c>.</summary>
/// <param name="File">Where the original lies in the zip.</param>
/// <param name="Mask">Where its mask lies; null without one.</param>
public sealed record ArchiveImage(
    Guid Id, string Name, string File, string Sha256, long Bytes, string Format, int Width, int Height,
    ImageSplit Split, ImageLabel Label, string? DefectType = null, string? Mask = null);

/// <summary>A line of <c>results.jsonl</c>. Map and heatmap are SHA-256; their files are there when the export was asked for them.</summary>
/// <param name="Image">SHA-256 of the original.</param>
/// <param name="FullScore">Of the whole picture, where ignore regions leave something out.</param>
/// <param name="IgnoreMark">The regions that the score was taken with.</param>
public sealed record ArchiveResult(
    Guid Id, int Model, string Image, double Score, DateTimeOffset ScoredAt, string Map, string Heatmap, double? FullScore = null, string? IgnoreMark = null);

/// <summary>A line of <c>annotations.jsonl</c>: what is drawn on an image. Its masks follow from it; they lie beside it for others.</summary>
/// <param name="Image">SHA-256 of the original.</param>
/// <param name="Base">Where the mask lies that was imported before anybody drew.</param>
/// <param name="Ignore">Where the mask lies of what scores of this image leave out.</param>
public sealed record ArchiveAnnotation(string Image, bool UseBase, IReadOnlyList<Shape> Shapes, string? Base = null, string? Ignore = null);

/// <summary><c>ignore.json</c>: what all images of the project leave out.</summary>
public sealed record ArchiveIgnore(int Width, int Height, IReadOnlyList<Shape> Shapes);

/// <summary><c>project.json</c>: small, since images and results have files of their own that are read line by line.</summary>
/// <param name="Published">The version of the model that speaks for the project; null where none is published.</param>
/// <param name="SecondReviewShare">As in <see cref="Projects.Project"/>.</param>
public sealed record ArchiveProject(
    int FormatVersion, string Name, string Description, bool IsSample, int LastModelVersion, IReadOnlyList<ArchiveModel> Models,
    LineCosts? Costs = null, int? Published = null, int SecondReviewShare = 0, bool SecondReviewUncertain = false, bool ApprovalNeeded = false)
{
    public const int CurrentFormat = 1;
}

/// <param name="Bundle">Where the bundle lies in the zip.</param>
/// <param name="Calibration">The line in force.</param>
/// <param name="ShotScores">For each of the run's support shots that are listed; null for a model of which they are not known.</param>
/// <param name="Fitted">The line that training fitted; null where it is the one in force.</param>
/// <param name="Lines">Versions of the line from the second on; null without any.</param>
public sealed record ArchiveModel(
    Guid Id, int Version, string Bundle, string BundleSha256, long BundleBytes, string DataHash, Calibration Calibration,
    DateTimeOffset CreatedAt, ArchiveRun Run, EvaluationMetrics? Metrics = null,
    IReadOnlyList<double>? ShotScores = null, Calibration? Fitted = null, IReadOnlyList<ArchiveLine>? Lines = null);

/// <summary>A version of a line.</summary>
/// <param name="By">The name of who made it.</param>
/// <param name="Flips">What it changed against the version before.</param>
/// <param name="Labelled">The labelled images among them that are still in the project.</param>
public sealed record ArchiveLine(
    int Number, double T1, double T2, double Pixel, string Reason, string By, DateTimeOffset MadeAt, int? Restores,
    IReadOnlyList<LineFlip> Flips, IReadOnlyList<ArchiveFlip> Labelled);

/// <param name="Image">SHA-256 of the original.</param>
public sealed record ArchiveFlip(string Image, string Name, ImageLabel Label, string? DefectType, double Score, Verdict From, Verdict To);

/// <param name="Support">SHA-256 of the support shots that are still in the project, in order.</param>
public sealed record ArchiveRun(int Number, TrainingRecipe Recipe, IReadOnlyList<string> Support, RunHistory History);

/// <summary>A line of an export of results.</summary>
public sealed record ResultLine(
    string Name, double Score, double ScaledScore, double T1, double T2, Verdict Verdict, ImageLabel Label, string? DefectType,
    int ModelVersion, DateTimeOffset ScoredAt, Guid ResultId, Guid ImageId, Guid ModelId, Guid RunId, Guid ProjectId, string Sha256,
    ReviewOutcome ReviewOutcome, ReviewLine? Review);

/// <summary>What a person said of a result last.</summary>
public sealed record ReviewLine(ReviewDecision Verdict, string? DefectType, string? Comment, string By, DateTimeOffset At);

/// <summary>A line of an import's report.</summary>
/// <param name="Outcome">added, duplicate, mask or rejected.</param>
public sealed record ReportLine(string Path, string Outcome, Guid? Image = null, string? Reason = null);

public static class ArchiveFiles
{
    public const string Images = "images.jsonl";
    public const string Results = "results.jsonl";
    public const string Reviews = "reviews.jsonl";
    public const string Annotations = "annotations.jsonl";
    public const string Ignore = "ignore.json";
    public const string Project = "project.json";
    public const string Manifest = "manifest.json";

    public static string Bundle(int version) => $"models/v{version}.fsad";

    public static string Mark(string sha256) => $"annotations/{sha256}.png";

    public static string Map(string sha256) => $"maps/{sha256}.fsam";

    public static string Heatmap(string sha256) => $"heatmaps/{sha256}.png";

    /// <summary>How all of them are written.</summary>
    public static JsonSerializerOptions Json { get; } = new(WorkerProtocol.Json);

    /// <summary>How all of them are read: whole, or not at all.</summary>
    public static JsonSerializerOptions Whole { get; } = new(WorkerProtocol.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
