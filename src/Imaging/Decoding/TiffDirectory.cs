using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// Looks at the first directory of a TIFF before the library does: the library believes counts and offsets and takes memory by them.
/// </summary>
internal static class TiffDirectory
{
    private const int EntryBytes = 12;

    /// <summary>Null when every entry lies within the file, else what is wrong.</summary>
    public static Error? Check(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            return new TruncatedImage(SupportedFormats.Tiff);
        var isLittle = file[0] == 'I';
        var directory = Number(file, 4);
        if (directory + 2L > file.Length)
            return new TruncatedImage(SupportedFormats.Tiff);
        var count = Word(file, (int)directory);
        var end = directory + 2L + count * EntryBytes;
        if (end > file.Length)
            return new TruncatedImage(SupportedFormats.Tiff);
        for (var entry = (int)directory + 2; entry < end; entry += EntryBytes)
        {
            var bytes = BytesOf(Word(file, entry + 2)) * (long)Number(file, entry + 4);
            // Up to four bytes stand in the entry itself.
            if (bytes > 4 && Number(file, entry + 8) + bytes > file.Length)
                return bytes > file.Length
                    ? new CorruptImage(SupportedFormats.Tiff, "an entry says that it is longer than the file")
                    : new TruncatedImage(SupportedFormats.Tiff);
        }

        return null;

        ushort Word(ReadOnlySpan<byte> bytes, int at) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);

        uint Number(ReadOnlySpan<byte> bytes, int at) =>
            isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]) : BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
    }

    /// <summary>Bytes of one value of a field type (TIFF 6.0, section 2); unknown types count as bytes.</summary>
    private static int BytesOf(ushort type) => type switch
    {
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 => 8,
        _ => 1,
    };
}
