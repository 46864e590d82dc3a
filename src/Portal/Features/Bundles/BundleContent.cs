using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>
/// A bundle from outside, read for what it is: the seal, the zip's own dangers, the manifest, and every file by size and hash. What is more than that, whether
/// the model is what it says, its golden scores tell.
/// </summary>
internal sealed class BundleContent : IDisposable
{
    private const int InnerEntries = 64;
    private const long InnerBytes = 4L << 30;
    private const int InnerManifestBytes = 1 << 20;
    private const int BufferBytes = 128 * 1024;

    private readonly ZipInput zip;
    private readonly TransferTask task;

    private BundleContent(ZipInput zip, TransferTask task, PortableModel manifest) => (this.zip, this.task, Manifest) = (zip, task, manifest);

    public PortableModel Manifest { get; }

    /// <param name="file">Seekable; stays the caller's.</param>
    public static async Task<Result<BundleContent>> OpenAsync(Stream file, ZipLimits limits, TransferTask task, CancellationToken ct)
    {
        if (!await PortableFile.IsSealedAsync(file, ct))
            return new BundleNotWhole();
        var opened = ZipInput.Open(file, limits);
        if (!opened.Succeeded)
            return opened.Error;
        var zip = opened.Value;
        var manifest = await ManifestAsync(zip, ct);
        if (manifest.Succeeded)
            return new BundleContent(zip, task, manifest.Value);
        zip.Dispose();
        return manifest.Error;
    }

    /// <summary>Unpacks a file and holds it to its size and hash.</summary>
    /// <returns>At its beginning; the caller's.</returns>
    public async Task<Result<FileStream>> FileAsync(string path, CancellationToken ct)
    {
        var entry = Manifest.Entries.First(e => e.Path == path);
        var file = task.NewFile();
        var unpacked = await zip.UnpackAsync(path, file, entry.Bytes, ct);
        if (unpacked.Succeeded && file.Length == entry.Bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) == entry.Sha256)
        {
            file.Position = 0;
            return file;
        }

        await file.DisposeAsync();
        return unpacked.Succeeded ? new ZipEntryDamaged(path) : unpacked.Error;
    }

    /// <summary>What the model's own file says of itself must be what the bundle says of it.</summary>
    public async Task<Result> CheckModelAsync(FileStream model, CancellationToken ct)
    {
        var opened = ZipInput.Open(model, new ZipLimits(InnerEntries, InnerBytes));
        if (!opened.Succeeded)
            return new BundleModelUnusable("it is no model");
        using var inner = opened.Value;
        using var text = new MemoryStream();
        var unpacked = await inner.UnpackAsync(PortableFile.Manifest, text, InnerManifestBytes, ct);
        if (!unpacked.Succeeded)
            return new BundleModelUnusable("it does not say what it is");
        try
        {
            var said = JsonSerializer.Deserialize<InnerManifest>(text.ToArray(), WorkerProtocol.Json);
            var same = said is { Recipe: not null, Calibration: not null } && Recipe(said.Recipe) == Recipe(Manifest.Recipe)
                && said.Calibration == Manifest.Fitted && said.DataHash == Manifest.DataHash;
            return same ? Result.Ok : new BundleModelUnusable("its recipe, line or data are not those that the bundle names");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            return new BundleModelUnusable("it does not say what it is");
        }
        finally
        {
            model.Position = 0;
        }
    }

    public void Dispose() => zip.Dispose();

    private static async Task<Result<PortableModel>> ManifestAsync(ZipInput zip, CancellationToken ct)
    {
        if (!zip.Has(PortableFile.Manifest))
            return new NoBundle();
        using var text = new MemoryStream(BufferBytes);
        var unpacked = await zip.UnpackAsync(PortableFile.Manifest, text, PortableModel.MaxBytes, ct);
        if (!unpacked.Succeeded)
            return unpacked.Error;
        var parsed = PortableModel.Parse(text.GetBuffer().AsMemory(0, (int)text.Length));
        if (!parsed.Succeeded)
            return parsed;
        var entries = parsed.Value.Entries;
        var known = entries.Select(entry => entry.Path).Append(PortableFile.Manifest).ToHashSet(StringComparer.Ordinal);
        if (zip.Refused is [var refused, ..])
            return new BundleForeignFile(refused.Path);
        if (zip.Paths.FirstOrDefault(path => !known.Contains(path)) is { } foreign)
            return new BundleForeignFile(foreign);
        if (entries.FirstOrDefault(entry => !zip.Has(entry.Path)) is { } missing)
            return new ZipEntryMissing(missing.Path);
        return entries.FirstOrDefault(entry => zip.BytesOf(entry.Path) != entry.Bytes) is { } other ? new ZipEntryDamaged(other.Path) : parsed;
    }

    private static string Recipe(TrainingRecipe recipe) => JsonSerializer.Serialize(recipe, WorkerProtocol.Json);

    /// <summary>The part of the model file's own manifest that the bundle repeats.</summary>
    private sealed record InnerManifest([property: JsonRequired] TrainingRecipe Recipe, string DataHash, Calibration Calibration);
}

public sealed record NoBundle() : Error(
    ErrorKind.Invalid, "bundle.none", $"This zip is no bundle of a model: it has no {PortableFile.Manifest}. Take the file that “Download bundle” gives.");

public sealed record BundleForeignFile(string Path)
    : Error(ErrorKind.Invalid, "bundle.foreign", $"The bundle has “{Path}”, which its manifest does not name. Download the bundle again and take it as it is.");

public sealed record BundleModelUnusable(string Why)
    : Error(ErrorKind.Invalid, "bundle.model", $"The model in the bundle cannot be used: {Why}. Download the bundle again, or train the model here.");
