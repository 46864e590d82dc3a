using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models.Portable;

/// <summary>The backbone under a model, and the hashes of its weights' files as they are published.</summary>
public sealed record PortableBackbone(string Name, IReadOnlyList<PortableWeights> Weights);

public sealed record PortableWeights(string File, string Sha256);

/// <summary>By what, from what and for whom the model was made.</summary>
public sealed record PortableOrigin(string? CodeVersion, string? LibraryVersions, string? Device, SnapshotFigures Data, DateTimeOffset CreatedAt);

/// <summary>A support shot. Its pixels are in the model's own file, at the network's side: all that a training run sees of it.</summary>
/// <param name="Sha256">Of the file that was uploaded, by which a project knows it again; null for one that has been deleted.</param>
public sealed record PortableShot(string? Name, string? Sha256);

/// <summary>Images of another part that the run learned from, as paths in the bundle.</summary>
public sealed record PortableCategory(string Name, IReadOnlyList<string> Images);

public sealed record PortableEntry(string Path, long Bytes, string Sha256);

/// <summary>The <c>manifest.json</c> of a bundle: all that one portal tells another of a version.</summary>
/// <param name="Fitted">The line that training fitted.</param>
/// <param name="Line">The line in force when the bundle was made.</param>
/// <param name="Training">Other parts; empty where the method learns its own part alone.</param>
/// <param name="Missing">Images of other parts that had been deleted: with any, the run cannot be done again.</param>
/// <param name="Tolerance">How far off a golden score may be on another machine, relative.</param>
/// <param name="Entries">Every other file of the bundle.</param>
public sealed record PortableModel(
    int FormatVersion, string Project, string Description, int Version, DetectionMethod Method, TrainingRecipe Recipe, PortableBackbone Backbone,
    PortableOrigin Origin, string DataHash, IReadOnlyList<double>? ShotScores, Calibration Fitted, LineThresholds Line, EvaluationMetrics? Metrics,
    IReadOnlyList<PortableShot> Support, IReadOnlyList<PortableCategory> Training, int Missing, double Tolerance, IReadOnlyList<GoldenImage> Golden,
    IReadOnlyList<PortableEntry> Entries)
{
    public const int CurrentFormat = 1;
    public const int MostGolden = 8;
    public const int MaxBytes = 4 << 20;

    /// <summary>
    /// Two steps of float16, in which maps are stored: the same weights on another processor or thread count sum in another order, which moves a value
    /// by 1e-5, and that may round it to the next step; a score is one such value or a mean of them.
    /// </summary>
    public const double OwnTolerance = 2.0 / 1024;

    /// <summary>A bundle that allows more proves nothing.</summary>
    public const double MaxTolerance = 0.01;

    private const double LargestNumber = 1e15;

    private static readonly JsonSerializerOptions Whole = new(WorkerProtocol.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
        WriteIndented = true,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Whole);

    /// <summary>Reads a manifest from anywhere.</summary>
    public static Result<PortableModel> Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using (var document = JsonDocument.Parse(json))
            {
                if (document.RootElement.ValueKind != JsonValueKind.Object)
                    return new BundleManifestInvalid("it is no JSON object");
                if (!document.RootElement.TryGetProperty("formatVersion", out var version) || !version.TryGetInt32(out var format))
                    return new BundleManifestInvalid("it has no format version");
                if (format != CurrentFormat)
                    return new BundleOfUnknownFormat(format);
                if (!HasSaneNumbers(document.RootElement))
                    return new BundleManifestInvalid("it has a number that is no number or out of all bounds");
            }

            var model = JsonSerializer.Deserialize<PortableModel>(json.Span, Whole);
            return model is null ? new BundleManifestInvalid("it is empty") : PortableModelRules.Check(model) is { } error ? error : model;
        }
        // FormatException, OverflowException: a number that its type cannot hold. ArgumentException: half a surrogate pair.
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            return new BundleManifestInvalid("it is no manifest of a bundle");
        }
    }

    private static bool HasSaneNumbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.TryGetDouble(out var number) && Math.Abs(number) <= LargestNumber,
        JsonValueKind.Object => element.EnumerateObject().All(property => HasSaneNumbers(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(HasSaneNumbers),
        _ => true,
    };
}

public sealed record BundleManifestInvalid(string Why)
    : Error(ErrorKind.Invalid, "bundle.manifest", $"The bundle's {PortableFile.Manifest} cannot be used: {Why}. Download the bundle again.");

public sealed record BundleOfUnknownFormat(int Version) : Error(
    ErrorKind.Invalid, "bundle.format",
    $"The bundle was written in format {Version}, this program reads format {PortableModel.CurrentFormat}. Use the version that wrote it.");
