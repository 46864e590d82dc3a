using System.Buffers.Binary;
using System.Text;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Transfers.Zip;

/// <param name="Path">As the archive spells it.</param>
internal sealed record ZipDirectoryEntry(string Path, ushort Flags, long PackedBytes, long Bytes, uint Attributes);

/// <summary>
/// Walks the directory of a zip header by header and stops at the first limit, so that a directory of millions of entries, or one
/// that lies about their number, never becomes objects. Source: PKWARE's APPNOTE 6.3.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const int HeaderLength = 46;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint HeaderSignature = 0x02014b50;

    /// <param name="file">Seekable.</param>
    public static Result<List<ZipDirectoryEntry>> Read(Stream file, int maxEntries)
    {
        try
        {
            return Walk(file, maxEntries);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return new NotAZip(e is EndOfStreamException ? "it ends early" : e.Message);
        }
    }

    private static Result<List<ZipDirectoryEntry>> Walk(Stream file, int maxEntries)
    {
        var (start, end) = Bounds(file);
        file.Position = start;
        using var directory = new BufferedStream(new Part(file, end - start), 64 * 1024);
        var entries = new List<ZipDirectoryEntry>();
        var header = new byte[HeaderLength];
        for (var at = start; at < end;)
        {
            directory.ReadExactly(header);
            if (U32(header, 0) != HeaderSignature)
                throw new InvalidDataException("its directory is damaged");
            if (entries.Count == maxEntries)
                return new TooManyEntries(maxEntries);
            var (name, extra, comment) = (U16(header, 28), U16(header, 30), U16(header, 32));
            var rest = new byte[name + extra + comment];
            directory.ReadExactly(rest);
            at += HeaderLength + rest.Length;
            if (name > ZipLimits.MaxPathLength)
                return new UnsafeZipPath(Encoding.Latin1.GetString(rest, 0, 80) + "…");
            // Also where the archive does not say so: any other code page would be a guess, and names of pictures are plain.
            var path = Encoding.UTF8.GetString(rest, 0, name);
            var (packed, bytes) = Sizes(U32(header, 20), U32(header, 24), rest.AsSpan(name, extra));
            entries.Add(new ZipDirectoryEntry(path, U16(header, 8), packed, bytes, U32(header, 38)));
        }

        return entries;
    }

    /// <summary>Where the directory lies, by the record at the end of the file.</summary>
    private static (long Start, long End) Bounds(Stream file)
    {
        var length = (int)Math.Min(file.Length, EndLength + ushort.MaxValue);
        var tail = ReadAt(file, file.Length - length, length);
        var at = length - EndLength;
        while (at >= 0 && U32(tail, at) != EndSignature)
            at--;
        if (at < 0)
            throw new InvalidDataException("its directory is missing, as when a copy or an upload broke off");
        var (size, start) = ((long)U32(tail, at + 12), (long)U32(tail, at + 16));
        if (size == uint.MaxValue || start == uint.MaxValue || U16(tail, at + 10) == ushort.MaxValue)
        {
            var endAt = file.Length - length + at;
            var locator = ReadAt(file, endAt - LocatorLength, LocatorLength);
            if (U32(locator, 0) == LocatorSignature)
            {
                var end64 = ReadAt(file, (long)U64(locator, 8), End64Length);
                if (U32(end64, 0) != End64Signature)
                    throw new InvalidDataException("its directory is damaged");
                (size, start) = ((long)U64(end64, 40), (long)U64(end64, 48));
            }
        }

        if (start < 0 || size < 0 || start > file.Length - size)
            throw new InvalidDataException("its directory lies outside the file");
        return (start, start + size);
    }

    /// <summary>Sizes of 4 GB and more stand in the zip64 field, in this order and only when they are needed.</summary>
    private static (long Packed, long Bytes) Sizes(uint packed, uint bytes, ReadOnlySpan<byte> extra)
    {
        var (longPacked, longBytes) = ((long)packed, (long)bytes);
        while (extra.Length >= 4)
        {
            var (id, length) = (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            if (length > extra.Length - 4)
                break;
            var field = extra.Slice(4, length);
            extra = extra[(4 + length)..];
            if (id != 1)
                continue;
            if (bytes == uint.MaxValue && field.Length >= 8)
            {
                longBytes = BinaryPrimitives.ReadInt64LittleEndian(field);
                field = field[8..];
            }

            if (packed == uint.MaxValue && field.Length >= 8)
                longPacked = BinaryPrimitives.ReadInt64LittleEndian(field);
        }

        return longPacked < 0 || longBytes < 0 ? throw new InvalidDataException("its directory is damaged") : (longPacked, longBytes);
    }

    private static byte[] ReadAt(Stream file, long position, int length)
    {
        if (position < 0 || length < 0 || position > file.Length - length)
            throw new InvalidDataException("its directory lies outside the file");
        var bytes = new byte[length];
        file.Position = position;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static ushort U16(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));

    private static uint U32(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    private static ulong U64(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));

    /// <summary>The next bytes of a stream, and no more of it.</summary>
    private sealed class Part(Stream inner, long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, (int)Math.Min(count, left));
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
