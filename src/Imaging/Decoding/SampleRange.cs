using System.Globalization;

namespace FewShotAD.Imaging;

/// <summary>Scales samples of a bit depth to 8 bits over the whole range, and remembers the brightest.</summary>
internal sealed class SampleRange(int bitDepth)
{
    /// <summary>A 16-bit file whose samples end below this (12 bits) shows almost black: worth telling.</summary>
    private const int Dark = 4096;

    private readonly int full = (1 << bitDepth) - 1;

    private int brightest;

    public IReadOnlyList<string> Notes => bitDepth == 16 && brightest is > 0 and < Dark
        ? [string.Create(
            CultureInfo.InvariantCulture,
            $"Its 16-bit values end at {brightest} of {full}, so it looks dark. Export it over the full range to keep detail.")]
        : [];

    public byte ToByte(int sample)
    {
        brightest = Math.Max(brightest, sample);
        return (byte)((sample * byte.MaxValue + full / 2) / full);
    }
}
