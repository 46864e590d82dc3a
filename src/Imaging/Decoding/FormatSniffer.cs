using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>Tells the format by the first bytes; the name of a file is never asked.</summary>
internal static class FormatSniffer
{
    /// <summary>How far an SVG's root may stand behind declarations and comments.</summary>
    private const int TextWindow = 1024;

    /// <summary>One of <see cref="SupportedFormats"/>, or why there is none.</summary>
    public static Result<string> Find(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            return new EmptyFile();
        if (file.StartsWith(PngFile.Signature))
            return SupportedFormats.Png;
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return SupportedFormats.Jpeg;
        if (IsBmp(file))
            return SupportedFormats.Bmp;
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8))
            return SupportedFormats.Tiff;
        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
            return SupportedFormats.WebP;
        return Unsupported(file) is { } known ? new UnsupportedFormat(known) : new NotAnImage();
    }

    /// <summary>Two letters are too little to tell a bitmap from a text: its second header has one of few lengths.</summary>
    private static bool IsBmp(ReadOnlySpan<byte> file) =>
        file.Length >= 18
        && file.StartsWith("BM"u8)
        && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;

    private static string? Unsupported(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("GIF8"u8))
            return "a GIF";
        if (file.StartsWith("II+\0"u8) || file.StartsWith("MM\0+"u8))
            return "a BigTIFF";
        if (file.StartsWith("%PDF"u8))
            return "a PDF";
        if (file.StartsWith("8BPS"u8))
            return "a Photoshop file";
        if (file.StartsWith("PK\x3\x4"u8))
            return "a zip archive";
        if (file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0]))
            return "an icon";
        if (file.StartsWith("\0\0\0\x0CjP  "u8))
            return "a JPEG 2000";
        if (file.StartsWith("\0\0\0\x0CJXL "u8) || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]))
            return "a JPEG XL";
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
            return file[8..].StartsWith("avif"u8) ? "an AVIF" : "a HEIF picture or a video";
        return file[..Math.Min(TextWindow, file.Length)].IndexOf("<svg"u8) >= 0 ? "an SVG drawing" : null;
    }
}
