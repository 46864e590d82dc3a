using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;

namespace FewShotAD.Infrastructure.Transfers.Zip;

/// <summary>
/// A zip that is the same for the same content: fixed times, entries in the order they are added. Pictures and bundles are stored
/// as they are (they are compressed already), text is deflated. The manifest comes last and names every other entry with its
/// SHA-256; its lines wait in a file, not in memory.
/// </summary>
internal sealed class ZipOutput : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>The earliest that a zip can say.</summary>
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ZipArchive zip;
    private readonly Stream listed;

    /// <param name="target">Seekable; stays open.</param>
    /// <param name="scratch">An empty file for the manifest's lines; the caller's.</param>
    public ZipOutput(Stream target, Stream scratch)
    {
        zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true);
        listed = scratch;
    }

    public async Task AddAsync(string path, Stream content, bool isText, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        var bytes = 0L;
        try
        {
            await using var entry = Begin(path, isText);
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), ct)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await entry.WriteAsync(buffer.AsMemory(0, read), ct);
                bytes += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await listed.WriteLineAsync(new ManifestFile(path, bytes, Convert.ToHexStringLower(hash.GetHashAndReset())), ct);
    }

    public async Task AddAsync<T>(string path, T value, CancellationToken ct)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, ArchiveFiles.Json));
        await AddAsync(path, content, isText: true, ct);
    }

    /// <summary>Writes the manifest, which ends the archive.</summary>
    public async Task FinishAsync(ExportFormat format, string project, TransferCounts counts, CancellationToken ct)
    {
        listed.Position = 0;
        await using var entry = Begin(ArchiveFiles.Manifest, isText: true);
        await using var json = new Utf8JsonWriter(entry, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("formatVersion", ArchiveProject.CurrentFormat);
        json.WriteString("format", JsonNamingPolicy.CamelCase.ConvertName(format.ToString()));
        json.WriteString("project", project);
        json.WritePropertyName("counts");
        JsonSerializer.Serialize(json, counts, ArchiveFiles.Json);
        json.WriteStartArray("files");
        using var lines = new StreamReader(listed, leaveOpen: true);
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            json.WriteRawValue(line);
            if (json.BytesPending > BufferBytes)
                await json.FlushAsync(ct);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the directory.</summary>
    public void Dispose() => zip.Dispose();

    private Stream Begin(string path, bool isText)
    {
        var entry = zip.CreateEntry(path, isText ? CompressionLevel.Optimal : CompressionLevel.NoCompression);
        entry.LastWriteTime = Time;
        return entry.Open();
    }

    private sealed record ManifestFile(string Path, long Bytes, string Sha256);
}
