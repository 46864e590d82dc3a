using System.Buffers.Binary;
using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>
/// The chunks of a PNG that matter for its pixels, with checksums verified. Nothing is copied: texts and whatever follows the end
/// chunk are stepped over. Ancillary chunks may be damaged, as the standard lets a reader ignore them.
/// </summary>
internal sealed class PngFile
{
    /// <summary>Entries beyond the file's own palette are black, so that every index has a colour.</summary>
    private readonly byte[] palette = new byte[256 * RgbImage.Channels];

    private PngFile(PngHeader header) => Header = header;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public PngHeader Header { get; }

    public ReadOnlySpan<byte> Palette => palette;

    /// <summary>The pieces of the compressed data, in order.</summary>
    public List<ReadOnlyMemory<byte>> Data { get; } = [];

    public Orientation Orientation { get; private set; } = Orientation.Upright;

    /// <summary>Reads the header, checks it against the limits, then walks the chunks.</summary>
    public static Result<PngFile> Read(ReadOnlyMemory<byte> file, DecodeLimits limits)
    {
        var rest = file[Signature.Length..];
        var first = Next(ref rest, out var type, out var data);
        if (first is not null)
            return first;
        if (type != PngChunk.Header)
            return Corrupt("it does not begin with its header");
        var header = PngHeader.Parse(data.Span);
        if (!header.Succeeded)
            return header.Error;
        if (limits.Check(header.Value.Width, header.Value.Height) is { } refused)
            return refused;
        var png = new PngFile(header.Value);
        return png.ReadChunks(rest) is { } error ? error : png;
    }

    private Error? ReadChunks(ReadOnlyMemory<byte> rest)
    {
        var hasPalette = false;
        while (true)
        {
            if (Next(ref rest, out var type, out var data) is { } error)
                return error;
            switch (type)
            {
                case PngChunk.End:
                    if (Data.Count == 0)
                        return Corrupt("it has no picture data");
                    return Header.Colour == PngColour.Palette && !hasPalette ? Corrupt("its palette is missing") : null;
                case PngChunk.Data:
                    Data.Add(data);
                    break;
                case PngChunk.Palette:
                    if (data.Length > palette.Length || data.Length % RgbImage.Channels != 0)
                        return Corrupt("its palette has the wrong length");
                    data.Span.CopyTo(palette);
                    hasPalette = true;
                    break;
                case PngChunk.Exif:
                    Orientation = ExifOrientation.Parse(data.Span);
                    break;
                default:
                    if (PngChunk.IsCritical(type))
                        return Corrupt("it has a part that no reader knows");
                    break;
            }
        }
    }

    private static Error? Next(ref ReadOnlyMemory<byte> rest, out uint type, out ReadOnlyMemory<byte> data)
    {
        (type, data) = (0, default);
        if (rest.Length < PngChunk.Frame)
            return new TruncatedImage(SupportedFormats.Png);
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest.Span);
        if (length > int.MaxValue)
            return Corrupt("a part says that it is longer than any file");
        if (length > rest.Length - PngChunk.Frame)
            return new TruncatedImage(SupportedFormats.Png);
        type = BinaryPrimitives.ReadUInt32BigEndian(rest.Span[4..]);
        data = rest.Slice(8, (int)length);
        var stored = BinaryPrimitives.ReadUInt32BigEndian(rest.Span[(8 + (int)length)..]);
        if (PngChunk.IsCritical(type) && PngChunk.Crc(rest.Span.Slice(4, 4 + (int)length)) != stored)
            return Corrupt("a checksum does not match");
        rest = rest[(PngChunk.Frame + (int)length)..];
        return null;
    }

    private static CorruptImage Corrupt(string found) => new(SupportedFormats.Png, found);
}
