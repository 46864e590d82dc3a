using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>
/// A 2/2 twill: each yarn goes over two and under two, one step further in the next row. Yarns are round across and arched along,
/// and show their fibres.
/// </summary>
internal sealed class FabricScene(int seed, FabricDefect? defect) : ISampleScene
{
    /// <summary>Pixels from yarn to yarn.</summary>
    public const float Pitch = 14.5f;

    private const int Repeat = 4;
    private const int Float = 2;

    private static readonly Vector3 Light = Vector3.Normalize(new Vector3(-0.75f, -0.45f, 0.85f));
    private static readonly Vector3 WarpColour = new(0.60f, 0.565f, 0.49f);
    private static readonly Vector3 WeftColour = new(0.175f, 0.225f, 0.29f);

    private readonly ValueNoise noise = new(seed);

    public Vector3 Shade(float x, float y, out float changed)
    {
        // Yarns are never quite straight.
        var u = (x + 1.5f * noise.At(x * 0.012f, y * 0.02f) + 0.5f * noise.At(x * 0.07f + 50, y * 0.05f)) / Pitch;
        var v = (y + 1.5f * noise.At(x * 0.02f + 90, y * 0.012f) + 0.5f * noise.At(x * 0.05f, y * 0.07f + 70)) / Pitch;
        var (warp, weft) = ((int)MathF.Floor(u), (int)MathF.Floor(v));
        var isWarpOnTop = Phase(warp + weft) < Float;
        var missing = defect is BrokenYarn broken && broken.IsMissing(warp, weft, u, v);
        changed = 0;
        Vector3 colour;
        if (missing && defect is BrokenYarn { IsWarp: var isWarp } && isWarp == isWarpOnTop)
        {
            // What lay below shows, deeper and in the shade.
            colour = Yarn(!isWarpOnTop, u, v, warp, weft) * 0.42f;
            changed = 1;
        }
        else
            colour = Yarn(isWarpOnTop, u, v, warp, weft);

        return defect is null ? colour : defect.Over(colour, new Vector2(x, y), ref changed);
    }

    private static int Phase(int step) => ((step % Repeat) + Repeat) % Repeat;

    private Vector3 Yarn(bool isWarp, float u, float v, int warp, int weft)
    {
        var across = (isWarp ? u - warp : v - weft) * 2 - 1;
        // How far along its float the yarn is, 0 to 1: it dives at both ends.
        var phase = isWarp ? Phase(warp + weft) : Phase(warp + weft - Float);
        var along = (phase % Float + (isWarp ? v - weft : u - warp)) / Float;
        var index = isWarp ? warp : weft + 10_000;
        var slub = 1 + 0.10f * noise.At(index * 7.3f, (isWarp ? v : u) * 0.35f);
        var width = across / (0.95f * slub);
        var slopeAcross = 1.15f * width;
        var slopeAlong = -1.25f * MathF.Cos(MathF.PI * along) * MathF.Abs(MathF.Cos(MathF.PI * along));
        var normal = isWarp ? Shading.Normal(-slopeAcross, slopeAlong) : Shading.Normal(slopeAlong, -slopeAcross);
        var length = (isWarp ? v : u) * Pitch;
        // Fibres wind around the yarn: stripes at a small angle to it.
        var fibres = noise.At(across * 3.6f + length * 0.16f + index * 13, length * 0.09f);
        var lint = noise.At(u * Pitch * 0.8f, v * Pitch * 0.8f + index);
        var gap = 1 - 0.80f * Shading.Step(0.70f, 1.08f, MathF.Abs(width));
        var dive = 0.40f + 0.60f * MathF.Sqrt(MathF.Sin(MathF.PI * Math.Clamp(along, 0.02f, 0.98f)));
        var light = 0.24f + 1.05f * Math.Max(0, Vector3.Dot(normal, Light));
        var dye = 1 + 0.05f * noise.Point(index, 3) + 0.17f * fibres + 0.06f * lint;
        return (isWarp ? WarpColour : WeftColour) * (light * gap * dive * dye);
    }
}
