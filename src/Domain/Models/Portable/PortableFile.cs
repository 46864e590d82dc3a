using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Models.Portable;

/// <summary>A file of a bundle that is being written.</summary>
/// <param name="Name">For people, where it turns out to be missing.</param>
/// <param name="OpenAsync">Null when it is not stored any more.</param>
public sealed record PortableSource(string Path, string Name, Func<CancellationToken, Task<Stream?>> OpenAsync);

/// <summary>
/// A bundle as a file: a zip of the model, images and a manifest that names all of them by hash, and a seal over everything in the zip's comment. The
/// seal is against accidents, a torn download or a tool that packs anew; who changes a bundle on purpose can seal it again, and then its golden scores speak.
/// </summary>
public static class PortableFile
{
    public const string Manifest = "manifest.json";
    public const string Model = "model.fsad";
    public const string Extension = ".bundle.zip";

    private const int HashLength = 64;
    private const string SealWord = "FewShotAD bundle, SHA-256 of all before it: ";
    private const int BufferBytes = 128 * 1024;

    /// <summary>The comment of a zip that is to be sealed.</summary>
    public static string EmptySeal { get; } = SealWord + new string('0', HashLength);

    /// <summary>The earliest that a zip can say: the same model gives the same bytes.</summary>
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="target">Empty, seekable, to be written and read; stays open, at its beginning.</param>
    /// <param name="model">Its entries are listed here.</param>
    public static async Task<Result> WriteAsync(Stream target, PortableModel model, IReadOnlyList<PortableSource> sources, CancellationToken ct)
    {
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entries = new List<PortableEntry>();
            foreach (var source in sources)
            {
                await using var content = await source.OpenAsync(ct);
                if (content is null)
                    return new BundleContentMissing(source.Name);
                // Weights and pictures are compressed already.
                entries.Add(await AddAsync(zip, source.Path, content, CompressionLevel.NoCompression, ct));
            }

            using var manifest = new MemoryStream((model with { Entries = entries }).ToJson());
            await AddAsync(zip, Manifest, manifest, CompressionLevel.Optimal, ct);
            zip.Comment = EmptySeal;
        }

        await SealAsync(target, ct);
        return Result.Ok;
    }

    /// <summary>Writes the seal over the last bytes, which are its place.</summary>
    public static async Task SealAsync(Stream file, CancellationToken ct)
    {
        var seal = await HashAsync(file, ct);
        file.Position = file.Length - HashLength;
        await file.WriteAsync(Encoding.ASCII.GetBytes(seal), ct);
        await file.FlushAsync(ct);
        file.Position = 0;
    }

    /// <summary>Whether the file is whole and as it was written. Leaves it at its beginning.</summary>
    /// <param name="file">Seekable.</param>
    public static async Task<bool> IsSealedAsync(Stream file, CancellationToken ct)
    {
        if (file.Length <= SealWord.Length + HashLength)
            return false;
        var expected = SealWord + await HashAsync(file, ct);
        var end = new byte[expected.Length];
        file.Position = file.Length - end.Length;
        await file.ReadExactlyAsync(end, ct);
        file.Position = 0;
        return end.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(expected));
    }

    private static async Task<PortableEntry> AddAsync(ZipArchive zip, string path, Stream content, CompressionLevel level, CancellationToken ct)
    {
        var entry = zip.CreateEntry(path, level);
        entry.LastWriteTime = Time;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = 0L;
        await using var target = await entry.OpenAsync(ct);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await content.ReadAsync(buffer, ct)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await target.WriteAsync(buffer.AsMemory(0, read), ct);
            bytes += read;
        }

        return new PortableEntry(path, bytes, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Of all but the place of the hash itself.</summary>
    private static async Task<string> HashAsync(Stream file, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = file.Length - HashLength;
        file.Position = 0;
        var buffer = new byte[BufferBytes];
        while (left > 0)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferBytes)), ct);
            if (read == 0)
                throw new EndOfStreamException("The file became shorter while it was read.");
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

public sealed record BundleContentMissing(string Name) : Error(
    ErrorKind.Unavailable, "bundle.content", $"The stored file of “{Name}” is missing, so the bundle would be incomplete. Restore the storage, then download again.");

public sealed record BundleNotWhole() : Error(
    ErrorKind.Invalid, "bundle.seal", "The file is no bundle as it was written: it broke off, was changed, or was packed again. Download it again and take it as it is.");
