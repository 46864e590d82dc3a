using System.Buffers.Binary;
using System.Text;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>
/// A zip archive whose entries are stored as they are, which is what PyTorch writes. Only the directory is held in memory; an entry
/// is read when it is asked for. Every length in the directory is checked against the file before anything is made for it.
/// Source: PKWARE's APPNOTE 6.3.
/// </summary>
internal sealed class StoredZip
{
    private const int EndLength = 22;
    private const int MaxComment = ushort.MaxValue;
    private const int HeaderLength = 46;
    private const int LocalHeaderLength = 30;
    private const int MaxDirectoryBytes = 16 << 20;
    private const uint EndSignature = 0x06054b50;
    private const uint HeaderSignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const ushort Encrypted = 1;

    private readonly Stream file;
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    /// <param name="file">Can seek; stays the caller's.</param>
    /// <exception cref="InvalidDataException">No zip archive, or a damaged one.</exception>
    public StoredZip(Stream file)
    {
        this.file = file;
        var tail = Read(Math.Max(0, file.Length - EndLength - MaxComment), (int)Math.Min(file.Length, EndLength + MaxComment));
        var at = tail.Length - EndLength;
        while (at >= 0 && U32(tail, at) != EndSignature)
            at--;
        if (at < 0)
            throw new InvalidDataException("its zip directory is missing, as when a copy or a download broke off");
        var (count, length, start) = (U16(tail, at + 10), U32(tail, at + 12), U32(tail, at + 16));
        if (length > MaxDirectoryBytes)
            throw new InvalidDataException("its zip directory is larger than that of any network");
        var directory = Read(start, (int)length);
        for (var (i, offset) = (0, 0); i < count; i++)
            offset = AddEntry(directory, offset);
    }

    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>Length of an entry in bytes; null where there is none of the name.</summary>
    public long? Length(string name) => entries.TryGetValue(name, out var entry) ? entry.Length : null;

    /// <exception cref="InvalidDataException">There is no such entry, or its checksum says that it is damaged.</exception>
    public byte[] Read(string name)
    {
        if (!entries.TryGetValue(name, out var entry))
            throw new InvalidDataException($"its part {name} is missing");
        var local = Read(entry.Start, LocalHeaderLength);
        if (U32(local, 0) != LocalSignature)
            throw new InvalidDataException($"its part {name} is not where the directory says");
        var bytes = Read(entry.Start + LocalHeaderLength + U16(local, 26) + U16(local, 28), (int)entry.Length);
        return Crc32.Of(bytes) == entry.Checksum ? bytes : throw new InvalidDataException($"its part {name} is damaged");
    }

    private int AddEntry(byte[] directory, int offset)
    {
        if (directory.Length - offset < HeaderLength || U32(directory, offset) != HeaderSignature)
            throw new InvalidDataException("its zip directory is damaged");
        var (flags, method) = (U16(directory, offset + 8), U16(directory, offset + 10));
        var (name, extra, comment) = (U16(directory, offset + 28), U16(directory, offset + 30), U16(directory, offset + 32));
        var next = offset + HeaderLength + name + extra + comment;
        if (next > directory.Length)
            throw new InvalidDataException("its zip directory is damaged");
        if (method != 0 || (flags & Encrypted) != 0)
            throw new InvalidDataException("it is packed in a way that PyTorch does not use; unpack it and save it with PyTorch");
        // An entry or offset of 4 GB stands as 2³²−1 here, and so lies outside any file that is read at all.
        var entry = new Entry(U32(directory, offset + 42), U32(directory, offset + 24), U32(directory, offset + 16));
        if (entry.Start + LocalHeaderLength + entry.Length > file.Length)
            throw new InvalidDataException("it is shorter than its zip directory says, as when a copy or a download broke off");
        if (!entries.TryAdd(Encoding.UTF8.GetString(directory, offset + HeaderLength, name), entry))
            throw new InvalidDataException("its zip directory names a part twice");
        return next;
    }

    private byte[] Read(long start, int length)
    {
        if (start < 0 || length < 0 || start > file.Length - length)
            throw new InvalidDataException("it is shorter than its zip directory says, as when a copy or a download broke off");
        var bytes = new byte[length];
        file.Position = start;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static ushort U16(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));

    private static uint U32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private readonly record struct Entry(long Start, long Length, uint Checksum);
}
