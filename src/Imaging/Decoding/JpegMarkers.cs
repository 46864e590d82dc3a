using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// What the marker segments of a JPEG (ITU-T T.81, annex B) say. The codec fills a missing end with grey and calls it success in
/// some files; a missing end marker does not lie.
/// </summary>
/// <param name="Components">Of the frame: 1 grey, 3 colour, 4 CMYK.</param>
internal readonly record struct JpegMarkers(int Components)
{
    /// <summary>Each scan goes over all pixels again; cameras write about ten, thousands are an attack on the processor.</summary>
    private const int MaxScans = 100;

    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;

    public static Result<JpegMarkers> Read(ReadOnlySpan<byte> file)
    {
        var (components, scans, at) = (0, 0, 2);
        while (true)
        {
            if (NextMarker(file, ref at) is not { } marker)
                return new TruncatedImage(SupportedFormats.Jpeg);
            if (marker == EndOfImage)
                return scans > 0 ? new JpegMarkers(components) : new CorruptImage(SupportedFormats.Jpeg, "it has no picture data");
            if (IsAlone(marker))
                continue;
            if (at + 2 > file.Length || BinaryPrimitives.ReadUInt16BigEndian(file[at..]) is var length && at + length > file.Length)
                return new TruncatedImage(SupportedFormats.Jpeg);
            if (length < 2)
                return new CorruptImage(SupportedFormats.Jpeg, "a part has no length");
            if (IsFrame(marker) && length >= 8)
                components = file[at + 7];
            if (marker == StartOfScan && ++scans > MaxScans)
                return new UnsupportedVariant(SupportedFormats.Jpeg, $"more than {MaxScans} scans");
            at += length;
        }
    }

    /// <summary>The next marker from <paramref name="at"/> on, past entropy-coded data (there FF precedes 00 or a restart).</summary>
    private static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            var found = file[at..].IndexOf((byte)0xFF);
            if (found < 0 || at + found + 1 >= file.Length)
                return null;
            at += found + 1;
            var marker = file[at];
            if (marker is 0xFF)
                continue;
            at++;
            if (marker is not (0x00 or >= 0xD0 and <= 0xD7))
                return marker;
        }

        return null;
    }

    private static bool IsAlone(byte marker) => marker is 0x01 or 0xD8;

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
