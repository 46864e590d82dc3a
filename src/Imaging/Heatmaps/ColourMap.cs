namespace FewShotAD.Imaging;

/// <summary>A colour map of 256 entries. The browser computes the same tables from the same polynomials.</summary>
public sealed class ColourMap
{
    public const int Size = 256;

    private readonly byte[] table;

    private ColourMap(string name, Func<double, int, double> channel)
    {
        Name = name;
        table = new byte[Size * RgbImage.Channels];
        for (var i = 0; i < Size; i++)
        {
            for (var c = 0; c < RgbImage.Channels; c++)
            {
                var level = Math.Round(channel(i / (Size - 1.0), c) * byte.MaxValue);
                table[i * RgbImage.Channels + c] = (byte)Math.Clamp(level, 0, byte.MaxValue);
            }
        }
    }

    /// <summary>A. Mikhailov, “Turbo, an improved rainbow colormap for visualization” (2019): his polynomial.</summary>
    public static ColourMap Turbo { get; } = Polynomial("turbo",
        [0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943],
        [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604],
        [0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973]);

    /// <summary>The map of S. van der Walt and N. Smith (2015) by M. Zucker's fit of degree 6 (CC0).</summary>
    public static ColourMap Inferno { get; } = Polynomial("inferno",
        [0.00021894, 0.10651342, 11.60249308, -41.70399613, 77.16293570, -71.31942824, 25.13112623],
        [0.00165100, 0.56395644, -3.97285397, 17.43639888, -33.40235894, 32.62606426, -12.24266895],
        [-0.01948090, 3.93271239, -15.94239411, 44.35414520, -81.80730926, 73.20951986, -23.07032500]);

    /// <summary>The map of S. van der Walt and N. Smith (2015) by M. Zucker's fit of degree 6 (CC0).</summary>
    public static ColourMap Viridis { get; } = Polynomial("viridis",
        [0.27772733, 0.10509304, -0.33086183, -4.63423050, 6.22826994, 4.77638500, -5.43545586],
        [0.00540734, 1.40461353, 0.21484756, -5.79910097, 14.17993337, -13.74514538, 4.64585261],
        [0.33409981, 1.38459016, 0.09509516, -19.33244096, 56.69055260, -65.35303263, 26.31243525]);

    /// <summary>Three trapezoids, a quarter of the scale apart.</summary>
    public static ColourMap Jet { get; } = new("jet", (t, c) => Math.Min(1, 1.5 - Math.Abs(4 * t - (3 - c))));

    public static IReadOnlyList<ColourMap> All { get; } = [Turbo, Inferno, Viridis, Jet];

    public string Name { get; }

    /// <summary>Entries of R, G, B, from low to high.</summary>
    public ReadOnlySpan<byte> Table => table;

    /// <summary>The map of this name (any case), or null.</summary>
    public static ColourMap? Named(string? name) => All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ColourMap Polynomial(string name, params double[][] channels) =>
        new(name, (t, c) => channels[c].Reverse().Aggregate(0.0, (sum, coefficient) => sum * t + coefficient));
}
