using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>
/// The flange as distances to its edges (pixels) and slopes at its chamfers. The face shines as turned metal does: each groove spreads
/// light across itself (Ward 1992), which gives the two bright fans.
/// </summary>
internal sealed class FlangeScene(int seed, FlangeDefect? defect) : ISampleScene
{
    public const float OuterRadius = 204;
    public const float BoreRadius = 56;
    public const float HubRadius = 94;
    public const float HoleCircle = 148;
    public const float HoleRadius = 16;

    private const float OuterChamfer = 6;
    private const float BoreChamfer = 5;
    private const float HoleChamfer = 6;
    private const float HubRamp = 7;
    private const float ChamferSlope = 0.85f;
    private const int Holes = 6;

    private static readonly Vector3 KeyLight = Vector3.Normalize(new Vector3(-0.42f, -0.62f, 0.95f));
    private static readonly Vector3 FillLight = Vector3.Normalize(new Vector3(0.75f, -0.10f, 0.75f));
    private static readonly Vector3 KeyHalf = Vector3.Normalize(KeyLight + Vector3.UnitZ);
    private static readonly Vector3 FillHalf = Vector3.Normalize(FillLight + Vector3.UnitZ);
    private static readonly Vector3 Aluminium = new(0.90f, 0.915f, 0.94f);
    private static readonly Vector3 Rubber = new(0.019f, 0.020f, 0.023f);

    private readonly ValueNoise grooves = new(seed);
    private readonly ValueNoise mat = new(seed ^ 0x51ED);

    public Vector3 Shade(float x, float y, out float changed)
    {
        var radius = MathF.Sqrt(x * x + y * y);
        var metal = Shading.Cover(EdgeDistance(x, y, radius));
        var chip = default(FlangeChange);
        if (defect is not null && metal > 0)
            chip = defect.At(new Vector2(x, y), radius);
        changed = chip.Amount * metal;
        var solid = metal * (1 - chip.Removed);
        var colour = solid < 1 ? Mat(x, y) : Vector3.Zero;
        return solid > 0 ? Vector3.Lerp(colour, Metal(x, y, radius, chip), solid) : colour;
    }

    /// <summary>Pixels to the nearest edge of the metal, negative inside.</summary>
    private static float EdgeDistance(float x, float y, float radius)
    {
        var edge = Math.Max(radius - OuterRadius, BoreRadius - radius);
        // Far from the bolt circle no hole can be the nearest edge.
        return MathF.Abs(radius - HoleCircle) > 2 * HoleRadius ? edge : Math.Max(edge, HoleRadius - ToHole(x, y).Distance);
    }

    private static (float Distance, Vector2 Outward) ToHole(float x, float y)
    {
        const float step = MathF.Tau / Holes;
        var angle = MathF.Round(MathF.Atan2(y, x) / step) * step;
        var offset = new Vector2(x - HoleCircle * MathF.Cos(angle), y - HoleCircle * MathF.Sin(angle));
        var distance = offset.Length();
        return (distance, offset / Math.Max(distance, 1e-3f));
    }

    private Vector3 Metal(float x, float y, float radius, FlangeChange change)
    {
        var outward = new Vector2(x, y) / Math.Max(radius, 1e-3f);
        var slope = outward * RadialSlope(radius);
        if (MathF.Abs(radius - HoleCircle) < HoleRadius + HoleChamfer + 1)
        {
            var (distance, fromHole) = ToHole(x, y);
            slope += fromHole * (ChamferSlope * Bump(distance - HoleRadius, HoleChamfer));
        }

        var isPlain = slope.LengthSquared() < 0.01f;
        // Fine grooves change from ring to ring and only slowly along a ring.
        var turn = MathF.Atan2(y, x);
        var fine = AroundRing(radius * 1.3f, turn, 2.2f);
        var coarse = AroundRing(radius * 0.22f + 500, turn, 0.8f);
        slope += outward * (0.035f * fine + 0.03f * coarse) + change.Slope;
        var normal = Shading.Normal(slope.X, slope.Y);
        var tangent = new Vector3(-outward.Y, outward.X, 0);
        var spread = isPlain ? 0.30f : 0.42f;
        var shine = Gloss(normal, tangent, outward, KeyLight, KeyHalf, spread) * 0.95f
            + Gloss(normal, tangent, outward, FillLight, FillHalf, spread) * 0.34f;
        var diffuse = 0.17f * Math.Max(0, Vector3.Dot(normal, KeyLight)) + 0.06f * Math.Max(0, Vector3.Dot(normal, FillLight));
        var streaks = 1 + 0.26f * fine + 0.14f * coarse;
        var colour = Aluminium * ((0.07f + diffuse + shine * streaks) * ShadowOfHub(x, y, radius));
        return Vector3.Lerp(colour, change.Colour * (0.6f + 0.8f * shine), change.Paint);
    }

    /// <summary>Noise around a ring, faded into its own beginning where the angle jumps from π to −π.</summary>
    private float AroundRing(float radius, float turn, float perRadian)
    {
        const float fade = 0.6f;
        var here = grooves.At(radius, turn * perRadian);
        var late = turn - (MathF.PI - fade);
        return late <= 0 ? here : float.Lerp(here, grooves.At(radius, (turn - MathF.Tau) * perRadian), late / fade);
    }

    /// <summary>The slope of the turned profile, pixels of height per pixel outwards.</summary>
    private static float RadialSlope(float radius) =>
        ChamferSlope * (Bump(radius - BoreRadius, BoreChamfer)
            - Bump(OuterRadius - radius, OuterChamfer)
            - Bump(radius - HubRadius, HubRamp));

    /// <summary>1 over a chamfer that begins at 0 and is <paramref name="width"/> wide, soft at its ends.</summary>
    private static float Bump(float from, float width) => Shading.Step(-0.6f, 0.8f, from) * Shading.Step(width + 0.6f, width - 0.8f, from);

    private static float Gloss(Vector3 normal, Vector3 tangent, Vector2 outward, Vector3 light, Vector3 half, float spread)
    {
        const float alongGroove = 0.17f;
        var across = new Vector3(outward.X, outward.Y, 0);
        var facing = Math.Max(0.05f, Vector3.Dot(half, normal));
        // The slope of a chamfer turns the groove's frame with it.
        var t = Vector3.Dot(half, tangent) / alongGroove;
        var b = (Vector3.Dot(half, across) - Vector3.Dot(normal, across)) / spread;
        return MathF.Exp(-(t * t + b * b) / (facing * facing) * 0.5f) * Math.Max(0, Vector3.Dot(normal, light));
    }

    /// <summary>The raised hub keeps some light from the face beside it, away from the key light.</summary>
    private static float ShadowOfHub(float x, float y, float radius)
    {
        if (radius < HubRadius + HubRamp)
            return 1;
        var shifted = MathF.Sqrt((x - 7) * (x - 7) + (y - 10) * (y - 10));
        return 0.62f + 0.38f * Shading.Step(HubRadius + 1, HubRadius + 15, shifted);
    }

    private Vector3 Mat(float x, float y)
    {
        var grain = mat.At(x * 0.55f, y * 0.55f) * 0.35f + mat.At(x * 0.13f, y * 0.13f) * 0.22f;
        var (shadowX, shadowY) = (x - 9, y - 13);
        var shadowRadius = MathF.Sqrt(shadowX * shadowX + shadowY * shadowY);
        var inShadow = Math.Max(
            Shading.Step(OuterRadius + 14, OuterRadius - 12, shadowRadius) * Shading.Step(BoreRadius - 26, BoreRadius + 4, shadowRadius),
            MathF.Sqrt(x * x + y * y) is > HubRadius and < OuterRadius ? 0.8f : 0);
        return Rubber * ((1 + grain) * (1 - 0.78f * inShadow));
    }
}
