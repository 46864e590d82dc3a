namespace FewShotAD.Imaging;

/// <summary>Colours anomaly maps. The scale is given, never taken from the map: a good part stays dark next to a bad one.</summary>
public static class HeatmapRenderer
{
    /// <param name="map">Anomaly scores, <c>width · height</c> of them, row by row; what is no number is drawn as low.</param>
    /// <param name="low">Score of the first colour; the scale belongs to the model and its threshold.</param>
    /// <param name="high">Score of the last colour, above <paramref name="low"/>.</param>
    /// <param name="colours">The colour map.</param>
    /// <exception cref="ArgumentException">Sizes disagree, or the scale is empty or not finite: a bug in the caller.</exception>
    public static RgbImage Render(ReadOnlySpan<float> map, int width, int height, double low, double high, ColourMap colours)
    {
        ArgumentNullException.ThrowIfNull(colours);
        if (!double.IsFinite(low) || !double.IsFinite(high) || low >= high)
            throw new ArgumentException($"{low}…{high} is no scale.", nameof(high));
        var image = new RgbImage(width, height);
        if (map.Length != width * height)
            throw new ArgumentException($"{width}×{height} needs {width * height} scores, not {map.Length}.", nameof(map));
        for (var i = 0; i < map.Length; i++)
        {
            var entry = colours.Table.Slice(Index(map[i], low, high) * RgbImage.Channels, RgbImage.Channels);
            entry.CopyTo(image.Pixels.AsSpan(i * RgbImage.Channels));
        }

        return image;
    }

    private static int Index(float score, double low, double high)
    {
        const int last = ColourMap.Size - 1;
        var t = (score - low) / (high - low);
        return t > 0 ? (int)Math.Min(last, Math.Floor(t * last + 0.5)) : 0;
    }
}
