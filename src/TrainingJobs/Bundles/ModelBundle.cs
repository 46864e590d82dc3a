using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Bundles;

/// <summary>
/// A trained model as one file, <c>model.fsad</c>: a zip with <c>manifest.json</c>, <c>weights.safetensors</c> and the support shots as
/// S×S PNG. The statistics are not stored: at S = 224 and K = 4 they are 170 MB, and they follow in a few seconds, bit for bit, from
/// the weights and the shots.
/// </summary>
public sealed record ModelBundle(BundleManifest Manifest, Safetensors Weights, IReadOnlyList<PixelImage> Shots)
{
    public const string FileName = "model.fsad";
    private const string ManifestEntry = "manifest.json";
    private const string WeightsEntry = "weights.safetensors";
    private const int MaxManifestBytes = 1 << 20;
    private const int MaxWeightsBytes = 1 << 30;
    private const int MaxShotBytes = 16 << 20;

    /// <summary>Writes the file completely or not at all.</summary>
    public static void Write(string path, BundleManifest manifest, IReadOnlyList<NamedTensor> weights, IReadOnlyList<PixelImage> shots) =>
        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            Add(zip, ManifestEntry, target => JsonSerializer.Serialize(target, manifest, WorkerProtocol.Json));
            Add(zip, WeightsEntry, target => TensorStorage.Save(target, weights, new Dictionary<string, string>()));
            for (var i = 0; i < shots.Count; i++)
            {
                var shot = shots[i];
                Add(zip, ShotEntry(i), target => PngWriter.Write(new RgbImage(shot.Side, shot.Side, shot.Pixels), target));
            }
        });

    /// <summary>Reads a bundle from anywhere: sizes are bounded while unpacking, entries of other names are never opened.</summary>
    public static Result<ModelBundle> Read(string path, CancellationToken ct)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var manifest = JsonSerializer.Deserialize<BundleManifest>(Unpack(zip, ManifestEntry, MaxManifestBytes).Span, WorkerProtocol.Json);
            if (manifest is not { Recipe: not null, Calibration: not null, ShotScores: not null })
                return new BundleDamaged(path, "its manifest is incomplete");
            if (manifest.FormatVersion != BundleManifest.CurrentFormat)
                return new BundleOfOtherVersion(path, manifest.FormatVersion);
            var valid = manifest.Recipe.Validate();
            if (!valid.Succeeded)
                return new BundleDamaged(path, $"its recipe is not possible: {valid.Error.Message}");
            var weights = TensorStorage.Load(Unpack(zip, WeightsEntry, MaxWeightsBytes));
            var shots = new List<PixelImage>();
            for (var i = 0; i < manifest.Recipe.Shots; i++)
            {
                var decoded = ImageDecoder.Decode(Unpack(zip, ShotEntry(i), MaxShotBytes), DecodeLimits.Default, ct);
                if (!decoded.Succeeded)
                    return new BundleDamaged(path, $"support shot {i + 1}: {decoded.Error.Message}");
                var image = decoded.Value.Image;
                if (image.Width != manifest.Recipe.ImageSize || image.Height != manifest.Recipe.ImageSize)
                    return new BundleDamaged(path, $"support shot {i + 1} has another size than the recipe says");
                shots.Add(new PixelImage(image.Pixels, image.Width));
            }

            return new ModelBundle(manifest, weights, shots);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or NotSupportedException)
        {
            return new BundleDamaged(path, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new BundleUnreadable(path);
        }
    }

    private static string ShotEntry(int index) => string.Create(CultureInfo.InvariantCulture, $"support/{index}.png");

    private static void Add(ZipArchive zip, string name, Action<Stream> write)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        // The same model gives the same bytes: no clock in the archive.
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var target = entry.Open();
        write(target);
    }

    private static ReadOnlyMemory<byte> Unpack(ZipArchive zip, string name, int limit)
    {
        var entry = zip.GetEntry(name) ?? throw new InvalidDataException($"{name} is missing");
        using var source = entry.Open();
        using var target = new MemoryStream();
        var buffer = new byte[81_920];
        int read;
        // The length in the directory may lie; what comes out is counted.
        while ((read = source.Read(buffer)) > 0)
        {
            if (target.Length + read > limit)
                throw new InvalidDataException($"{name} is larger than {limit >> 20} MB");
            target.Write(buffer, 0, read);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }
}

public sealed record BundleUnreadable(string Path)
    : Error(ErrorKind.NotFound, "bundle.unreadable", $"The model {Path} cannot be opened.");

public sealed record BundleDamaged(string Path, string Why)
    : Error(ErrorKind.Invalid, "bundle.damaged", $"{Path} is not a usable model: {Why}. Train it again or copy it again.");

public sealed record BundleOfOtherVersion(string Path, int Version) : Error(
    ErrorKind.Invalid, "bundle.version",
    $"{Path} was written in format {Version}, this program reads format {BundleManifest.CurrentFormat}. Use the version that wrote it, or train again.");
