using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>The blobs of a backup: a line for each, key and length.</summary>
internal static class BlobList
{
    public static async Task WriteAsync(Stream to, IBlobStore store, IEnumerable<BlobRef> blobs, CancellationToken ct)
    {
        await using var zip = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        await using var text = new StreamWriter(zip);
        foreach (var blob in blobs)
        {
            await using var content = await store.OpenReadAsync(blob.Key.Tenant, blob.Key, ct) ?? throw new IOException($"{blob.Key} went from the backup while it was made.");
            await text.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{blob.Key} {content.Length}\n").AsMemory(), ct);
        }
    }

    /// <exception cref="FormatException">A line is none.</exception>
    public static async IAsyncEnumerable<(BlobKey Key, long Bytes)> ReadAsync(string path, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        await using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var text = new StreamReader(zip);
        while (await text.ReadLineAsync(ct) is { } line)
        {
            var parts = line.Split(' ');
            yield return parts.Length == 2 && BlobKey.TryParse(parts[0], out var key) && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var bytes)
                ? (key, bytes)
                : throw new FormatException($"“{line}” names no blob.");
        }
    }
}
