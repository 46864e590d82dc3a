using System.Buffers.Binary;

namespace FewShotAD.Imaging;

/// <summary>Reads the one EXIF entry that changes pixels; the others are never looked at.</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 274;
    private const int EntryBytes = 12;

    /// <param name="exif">A TIFF header with its first directory, as EXIF stores it ("II*" or "MM" and so on).</param>
    /// <returns>Upright when the block is damaged or says nothing: EXIF is no reason to refuse a picture.</returns>
    public static Orientation Parse(ReadOnlySpan<byte> exif)
    {
        if (exif.Length < 8)
            return Orientation.Upright;
        var isLittle = exif[0] == 'I';
        if (Word(exif, 2) != 42)
            return Orientation.Upright;
        var directory = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]) : BinaryPrimitives.ReadUInt32BigEndian(exif[4..]);
        if (directory > exif.Length - 2)
            return Orientation.Upright;
        var count = Word(exif, (int)directory);
        for (var i = 0; i < count; i++)
        {
            var entry = (int)directory + 2 + i * EntryBytes;
            if (entry + EntryBytes > exif.Length)
                break;
            if (Word(exif, entry) == OrientationTag)
                return Word(exif, entry + 8) is >= 1 and <= 8 and var value ? (Orientation)value : Orientation.Upright;
        }

        return Orientation.Upright;

        ushort Word(ReadOnlySpan<byte> block, int at) =>
            isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(block[at..]) : BinaryPrimitives.ReadUInt16BigEndian(block[at..]);
    }
}
