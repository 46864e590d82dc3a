using BitMiracle.LibTiff.Classic;

namespace FewShotAD.Imaging.Tests;

/// <summary>Writes TIFF files of many layouts.</summary>
internal sealed class TiffBuilder
{
    public int Depth { get; init; } = 8;

    public int Samples { get; init; } = 3;

    public Photometric Photometric { get; init; } = Photometric.RGB;

    public Compression Compression { get; init; } = Compression.NONE;

    public PlanarConfig Planes { get; init; } = PlanarConfig.CONTIG;

    public SampleFormat Format { get; init; } = SampleFormat.UINT;

    public ExtraSample? Extra { get; init; }

    public int Tile { get; init; }

    public int Pages { get; init; } = 1;

    public int Orientation { get; init; } = 1;

    /// <param name="sample">The value at (x, y, sample).</param>
    public byte[] Build(int width, int height, Func<int, int, int, int> sample)
    {
        var file = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("test", "w", file, new TiffStream()))
        {
            for (var page = 0; page < Pages; page++)
                WritePage(tiff, width, height, sample);
            tiff.Flush();
            return file.ToArray();
        }
    }

    private void WritePage(Tiff tiff, int width, int height, Func<int, int, int, int> sample)
    {
        tiff.SetField(TiffTag.IMAGEWIDTH, width);
        tiff.SetField(TiffTag.IMAGELENGTH, height);
        tiff.SetField(TiffTag.BITSPERSAMPLE, Depth);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, Samples);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric);
        tiff.SetField(TiffTag.COMPRESSION, Compression);
        tiff.SetField(TiffTag.PLANARCONFIG, Planes);
        tiff.SetField(TiffTag.SAMPLEFORMAT, Format);
        tiff.SetField(TiffTag.ORIENTATION, Orientation);
        if (Extra is { } extra)
            tiff.SetField(TiffTag.EXTRASAMPLES, 1, new[] { (short)extra });
        if (Photometric == Photometric.PALETTE)
        {
            ushort[] Ramp(int step) => Enumerable.Range(0, 256).Select(i => (ushort)(i * step % 256 * 257)).ToArray();
            tiff.SetField(TiffTag.COLORMAP, Ramp(1), Ramp(3), Ramp(5));
        }

        var planes = Planes == PlanarConfig.SEPARATE ? Samples : 1;
        for (var plane = 0; plane < planes; plane++)
        {
            if (Tile > 0)
                WriteTiles(tiff, width, height, plane, sample);
            else
                WriteRows(tiff, width, height, plane, sample);
        }

        tiff.WriteDirectory();
    }

    private void WriteRows(Tiff tiff, int width, int height, int plane, Func<int, int, int, int> sample)
    {
        if (plane == 0)
            tiff.SetField(TiffTag.ROWSPERSTRIP, 7);
        for (var y = 0; y < height; y++)
            tiff.WriteScanline(Row(0, width, y, plane, sample), y, (short)plane);
    }

    private void WriteTiles(Tiff tiff, int width, int height, int plane, Func<int, int, int, int> sample)
    {
        tiff.SetField(TiffTag.TILEWIDTH, Tile);
        tiff.SetField(TiffTag.TILELENGTH, Tile);
        for (var y = 0; y < height; y += Tile)
        {
            for (var x = 0; x < width; x += Tile)
            {
                var tile = Enumerable.Range(y, Tile).SelectMany(row => Row(x, Tile, row, plane, sample)).ToArray();
                tiff.WriteTile(tile, 0, x, y, 0, (short)plane);
            }
        }
    }

    private byte[] Row(int x, int columns, int y, int plane, Func<int, int, int, int> sample)
    {
        var samples = Planes == PlanarConfig.SEPARATE ? [plane] : Enumerable.Range(0, Samples).ToArray();
        var values = Enumerable.Range(x, columns).SelectMany(column => samples.Select(s => sample(column, y, s)));
        return Depth == 16
            ? values.SelectMany(v => BitConverter.GetBytes((ushort)v)).ToArray()
            : values.Select(v => (byte)v).ToArray();
    }
}
