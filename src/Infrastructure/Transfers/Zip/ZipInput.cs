using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Infrastructure.Transfers.Zip;

/// <summary>
/// A zip from outside, read with hard limits. What is dangerous or ambiguous refuses the whole archive when it is opened; what is
/// merely of no use (a link, a zip in the zip) is in <see cref="Refused"/>. Only names that were checked are ever unpacked.
/// </summary>
public sealed class ZipInput : IDisposable
{
    private const int BufferBytes = 128 * 1024;
    private const ushort Encrypted = 1;
    private const uint LinkType = 0xA000;
    private const uint TypeMask = 0xF000;

    private static readonly string[] Archives = [".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"];

    private readonly ZipArchive archive;
    private readonly IReadOnlyDictionary<string, ZipArchiveEntry> entries;

    private ZipInput(ZipArchive archive, IReadOnlyDictionary<string, ZipArchiveEntry> entries, IReadOnlyList<RejectedEntry> refused)
    {
        (this.archive, this.entries, Refused) = (archive, entries, refused);
        Paths = [.. entries.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Files of the archive in order, with forward slashes; no folders, no litter of file managers.</summary>
    public IReadOnlyList<string> Paths { get; }

    public IReadOnlyList<RejectedEntry> Refused { get; }

    /// <param name="file">Seekable; stays the caller's.</param>
    public static Result<ZipInput> Open(Stream file, ZipLimits limits)
    {
        var directory = ZipDirectory.Read(file, limits.MaxEntries);
        if (!directory.Succeeded)
            return directory.Error;
        if (Check(directory.Value, file.Length, limits) is { } error)
            return error;
        try
        {
            return Sort(new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true), directory.Value);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new NotAZip("its directory is damaged");
        }
    }

    public bool Has(string path) => entries.ContainsKey(path);

    /// <summary>What the directory says; <see cref="UnpackAsync"/> holds it to that.</summary>
    public long BytesOf(string path) => entries[path].Length;

    /// <summary>Unpacks a file, checks its length and checksum, and leaves <paramref name="target"/> at its beginning.</summary>
    public async Task<Result> UnpackAsync(string path, Stream target, long maxBytes, CancellationToken ct)
    {
        if (!entries.TryGetValue(path, out var entry))
            return new ZipEntryMissing(path);
        if (entry.Length > maxBytes)
            return new ZipEntryTooLarge(path, maxBytes);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var checksum = new Crc32();
            var bytes = 0L;
            await using var source = await entry.OpenAsync(ct);
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(0, BufferBytes), ct)) > 0)
            {
                bytes += read;
                if (bytes > entry.Length)
                    return new ZipEntryDamaged(path);
                checksum.Append(buffer.AsSpan(0, read));
                await target.WriteAsync(buffer.AsMemory(0, read), ct);
            }

            if (bytes != entry.Length || checksum.GetCurrentHashAsUInt32() != entry.Crc32)
                return new ZipEntryDamaged(path);
            target.Position = 0;
            return Result.Ok;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            return new ZipEntryDamaged(path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => archive.Dispose();

    private static Error? Check(List<ZipDirectoryEntry> directory, long packed, ZipLimits limits)
    {
        var unpacked = 0L;
        foreach (var entry in directory)
        {
            if ((entry.Flags & Encrypted) != 0)
                return new EncryptedZip(entry.Path);
            if (!IsSafe(entry.Path))
                return new UnsafeZipPath(entry.Path);
            // Not added up first: the sum of lies may overflow.
            if (entry.Bytes > limits.MaxUnpackedBytes - unpacked)
                return new UnpacksTooLarge(limits.MaxUnpackedBytes);
            unpacked += entry.Bytes;
        }

        return unpacked > ZipLimits.FreeBytes && unpacked / ZipLimits.MaxRatio > packed ? new ZipBomb() : null;
    }

    private static Result<ZipInput> Sort(ZipArchive archive, List<ZipDirectoryEntry> directory)
    {
        var files = new Dictionary<string, ZipArchiveEntry>(StringComparer.OrdinalIgnoreCase);
        var refused = new List<RejectedEntry>();
        Error? error = archive.Entries.Count == directory.Count ? null : new NotAZip("its directory is damaged");
        for (var i = 0; i < directory.Count && error is null; i++)
        {
            var path = Normal(directory[i].Path);
            if (path.Length == 0 || path.EndsWith('/') || IsLitter(path))
                continue;
            if (((directory[i].Attributes >> 16) & TypeMask) == LinkType)
                refused.Add(new RejectedEntry(path, "A link to another place is not followed."));
            else if (Archives.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                refused.Add(new RejectedEntry(path, "An archive in the archive is not opened. Unpack it first."));
            else if (!files.TryAdd(path, archive.Entries[i]))
                error = new DoubleZipEntry(path);
        }

        if (error is null)
            return new ZipInput(archive, files, refused);
        archive.Dispose();
        return error;
    }

    /// <summary>A relative path of plain names. Nothing is written under these names, but they become names of images.</summary>
    private static bool IsSafe(string path)
    {
        var normal = Normal(path);
        return !normal.StartsWith('/')
            && !normal.Any(char.IsControl)
            && !(normal.Length > 1 && normal[1] == ':')
            && !normal.Split('/').Any(part => part is "..");
    }

    private static string Normal(string path) => string.Join('/', path.Replace('\\', '/').Split('/').Where(part => part is not "."));

    private static bool IsLitter(string path) =>
        path.Split('/').Any(part => part.StartsWith('.') || part is "__MACOSX")
        || Path.GetFileName(path) is "Thumbs.db" or "desktop.ini";
}

public sealed record ZipEntryMissing(string Path)
    : Error(ErrorKind.Invalid, "zip.missing", $"“{Path}” is named in the zip's list, but it is not in the zip.");

public sealed record ZipEntryTooLarge(string Path, long Most)
    : Error(ErrorKind.TooLarge, "zip.entry.large", $"“{Path}” is larger than {Most >> 20:N0} MB.");

public sealed record ZipEntryDamaged(string Path)
    : Error(ErrorKind.Invalid, "zip.entry.damaged", $"“{Path}” is damaged in the zip, or packed in a way that is not known here. Pack it again.");
