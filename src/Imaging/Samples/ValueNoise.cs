namespace FewShotAD.Imaging.Samples;

/// <summary>Smooth seeded noise on an integer lattice, the same on every machine. It repeats after 256 units.</summary>
internal sealed class ValueNoise
{
    private const int Period = 256;
    private const int Wrap = Period - 1;

    /// <summary>Hashing the four corners of every pixel anew would be most of the drawing time.</summary>
    private readonly float[] lattice = new float[Period * Period];

    public ValueNoise(int seed)
    {
        for (var i = 0; i < lattice.Length; i++)
            lattice[i] = Hash(i & Wrap, i / Period, seed) * (1f / int.MaxValue);
    }

    /// <summary>Mixes three numbers into one that looks random (multiply and shift rounds).</summary>
    public static int Hash(int x, int y, int z)
    {
        unchecked
        {
            var h = (uint)x * 0x9E3779B1u ^ ((uint)y * 0x85EBCA77u + 0x165667B1u) ^ (uint)z * 0xC2B2AE3Du;
            h ^= h >> 15;
            h *= 0x2C1B3C6Du;
            h ^= h >> 12;
            h *= 0x297A2D39u;
            return (int)(h ^ h >> 15);
        }
    }

    /// <summary>One value of the lattice, −1 to 1.</summary>
    public float Point(int x, int y) => lattice[(y & Wrap) * Period + (x & Wrap)];

    /// <summary>Between −1 and 1, smooth, features about one unit wide.</summary>
    public float At(float x, float y)
    {
        var (fx, fy) = (MathF.Floor(x), MathF.Floor(y));
        var (ix, iy) = ((int)fx, (int)fy);
        var (u, v) = (Ease(x - fx), Ease(y - fy));
        var top = float.Lerp(Point(ix, iy), Point(ix + 1, iy), u);
        var bottom = float.Lerp(Point(ix, iy + 1), Point(ix + 1, iy + 1), u);
        return float.Lerp(top, bottom, v);
    }

    /// <summary>Along a line: between −1 and 1.</summary>
    public float At(float x)
    {
        var fx = MathF.Floor(x);
        return float.Lerp(Point((int)fx, 0), Point((int)fx + 1, 0), Ease(x - fx));
    }

    /// <summary>Three octaves: coarse shapes with finer detail, about −1 to 1.</summary>
    public float Cloud(float x, float y) => (At(x, y) * 4 + At(x * 2.03f + 17, y * 2.03f) * 2 + At(x * 4.1f, y * 4.1f + 31)) / 7;

    private static float Ease(float t) => t * t * (3 - 2 * t);
}
