using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>What a defect does to one point of the metal.</summary>
/// <param name="Amount">0 to 1: how much of the point counts as defective.</param>
/// <param name="Removed">0 to 1: how much of the metal is gone.</param>
/// <param name="Slope">Added to the slope of the surface.</param>
/// <param name="Paint">0 to 1: how much of <paramref name="Colour"/> covers the metal.</param>
/// <param name="Colour">Linear light.</param>
internal readonly record struct FlangeChange(float Amount, float Removed, Vector2 Slope, float Paint, Vector3 Colour);

internal abstract class FlangeDefect
{
    public abstract FlangeChange At(Vector2 point, float radius);

    /// <summary>A place on the face, away from hub, holes and rim by the given margin (pixels).</summary>
    private protected static Vector2 OnFace(Random random, float margin)
    {
        var inner = FlangeScene.HubRadius + 8 + margin;
        var outer = FlangeScene.OuterRadius - 6 - margin;
        while (true)
        {
            var angle = random.Between(0, MathF.Tau);
            var place = new Vector2(MathF.Cos(angle), MathF.Sin(angle)) * random.Between(inner, outer);
            // Six holes, one every 60 degrees.
            var fold = angle - MathF.Round(angle / (MathF.Tau / 6)) * (MathF.Tau / 6);
            var hole = new Vector2(FlangeScene.HoleCircle * MathF.Cos(angle - fold), FlangeScene.HoleCircle * MathF.Sin(angle - fold));
            if (Vector2.Distance(place, hole) > FlangeScene.HoleRadius + 6 + margin)
                return place;
        }
    }
}

/// <summary>A line scratched across the face: a bright groove with a darker burr on one side, fading at its ends.</summary>
internal sealed class FlangeScratch : FlangeDefect
{
    private static readonly Vector3 Bright = new(1.05f, 1.06f, 1.08f);
    private static readonly Vector3 Dark = new(0.05f, 0.05f, 0.055f);

    private readonly CurvedLine line;
    private readonly ValueNoise waver;
    private readonly float halfWidth;
    private readonly float strength;

    public FlangeScratch(float severity, Random random)
    {
        waver = new ValueNoise(random.Next());
        var start = OnFace(random, 4);
        // Across the grooves rather than along them, where a scratch would drown.
        var direction = MathF.Atan2(start.Y, start.X) + random.Between(0.5f, 1.1f) * (random.Next(2) == 0 ? 1 : -1);
        var length = float.Lerp(50, 150, severity) * random.Between(0.85f, 1.15f);
        var inwards = -new Vector2(MathF.Cos(direction), MathF.Sin(direction));
        line = new CurvedLine(start, start + inwards * length, length * 0.12f, random);
        halfWidth = float.Lerp(0.8f, 1.7f, severity);
        strength = float.Lerp(0.6f, 1f, severity);
    }

    public override FlangeChange At(Vector2 point, float radius)
    {
        if (line.Locate(point, halfWidth + 3) is not { } at)
            return default;
        // Pressure wavers and fades out at both ends.
        var taper = Shading.Step(0, 0.2f, at.Along) * Shading.Step(1, 0.75f, at.Along);
        var pressure = (0.3f + 0.7f * taper) * (0.85f + 0.15f * waver.At(at.Along * 9));
        var groove = Shading.Cover(MathF.Abs(at.Distance) - halfWidth * pressure) * pressure;
        var burr = Shading.Cover(MathF.Abs(at.Distance - halfWidth - 0.6f) - 0.6f * pressure) * pressure * 0.8f;
        var colour = Vector3.Lerp(Dark, Bright, groove / Math.Max(groove + burr, 1e-3f));
        var paint = Math.Min(1, groove + burr) * strength;
        return new FlangeChange(Shading.Step(0.03f, 0.14f, paint), 0, Vector2.Zero, paint, colour);
    }
}

/// <summary>A shallow knock: the surface slopes into it and out again, so one side is dark and the other bright.</summary>
internal sealed class FlangeDent : FlangeDefect
{
    private readonly Vector2 centre;
    private readonly Vector2 axis;
    private readonly float longRadius;
    private readonly float shortRadius;
    private readonly float depth;

    public FlangeDent(float severity, Random random)
    {
        longRadius = float.Lerp(8.5f, 22, severity) * random.Between(0.9f, 1.1f);
        shortRadius = longRadius * random.Between(0.6f, 0.95f);
        centre = OnFace(random, longRadius * 0.6f);
        var angle = random.Between(0, MathF.PI);
        axis = new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        depth = float.Lerp(0.85f, 1.5f, severity);
    }

    public override FlangeChange At(Vector2 point, float radius)
    {
        var offset = point - centre;
        var across = new Vector2(-axis.Y, axis.X);
        var local = new Vector2(Vector2.Dot(offset, axis) / longRadius, Vector2.Dot(offset, across) / shortRadius);
        var reach = local.Length();
        if (reach >= 1)
            return default;
        // The slope of the bowl (1 − q²)³, scaled to its steepest.
        var steep = depth * 1.9f * (1 - reach * reach) * (1 - reach * reach);
        var slope = (axis * local.X + across * local.Y) * steep;
        return new FlangeChange(reach < 0.9f ? 1 : 0, 0, slope, 0, Vector3.Zero);
    }
}

/// <summary>A piece broken out of the outer or a bore edge, with a rough grey fracture along the break.</summary>
internal sealed class FlangeChip : FlangeDefect
{
    /// <summary>Part of the break that still shows metal, of its size.</summary>
    private const float Fracture = 0.42f;

    private readonly ValueNoise rough;
    private readonly Vector2 centre;
    private readonly float size;

    public FlangeChip(float severity, Random random)
    {
        rough = new ValueNoise(random.Next());
        var angle = random.Between(0, MathF.Tau);
        var edge = random.Next(3) == 0 ? FlangeScene.BoreRadius : FlangeScene.OuterRadius;
        centre = new Vector2(MathF.Cos(angle), MathF.Sin(angle)) * edge;
        size = float.Lerp(8.5f, 27, severity) * random.Between(0.9f, 1.15f);
    }

    public override FlangeChange At(Vector2 point, float radius)
    {
        var offset = point - centre;
        if (offset.LengthSquared() > size * size * 4)
            return default;
        var ragged = size * 0.32f * rough.At(point.X * 0.09f, point.Y * 0.09f) + 1.2f * rough.At(point.X * 0.35f, point.Y * 0.35f);
        var distance = offset.Length() - size - ragged;
        if (distance > 0.5f)
            return default;
        var removed = Shading.Cover(distance + size * Fracture + 2.5f * rough.At(point.X * 0.15f, point.Y * 0.15f + 9));
        var facet = 0.32f + 0.24f * rough.At(point.X * 0.21f, point.Y * 0.21f) + 0.10f * rough.At(point.X * 0.8f, point.Y * 0.8f);
        var broken = Shading.Cover(distance);
        return new FlangeChange(broken, removed, Vector2.Zero, broken, new Vector3(Math.Max(0.02f, facet)));
    }
}
