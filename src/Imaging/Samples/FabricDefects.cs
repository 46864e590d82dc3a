using System.Numerics;

namespace FewShotAD.Imaging.Samples;

internal abstract class FabricDefect
{
    /// <summary>What lies on the cloth at a point (pixels from the centre).</summary>
    /// <param name="cloth">The colour of the cloth there.</param>
    /// <param name="point">Where.</param>
    /// <param name="changed">Grows to how much of the point is defective.</param>
    public virtual Vector3 Over(Vector3 cloth, Vector2 point, ref float changed) => cloth;

    private protected static Vector2 Place(Random random)
    {
        const float margin = SamplePart.Side / 2 - 70;
        return new Vector2(random.Between(-margin, margin), random.Between(-margin, margin));
    }
}

/// <summary>One yarn, or two side by side, is gone over some floats: the crossing yarns show below, in the shade.</summary>
internal sealed class BrokenYarn : FabricDefect
{
    private readonly int firstYarn;
    private readonly int yarns;
    private readonly float from;
    private readonly float to;

    public BrokenYarn(float severity, Random random)
    {
        var place = Place(random) / FabricScene.Pitch;
        IsWarp = random.Next(2) == 0;
        firstYarn = (int)MathF.Floor(IsWarp ? place.X : place.Y);
        yarns = severity > 0.75f ? 2 : 1;
        from = IsWarp ? place.Y : place.X;
        to = from + float.Lerp(4.5f, 11, severity) * random.Between(0.9f, 1.2f);
    }

    public bool IsWarp { get; }

    public bool IsMissing(int warp, int weft, float u, float v)
    {
        var (yarn, along) = IsWarp ? (warp, v) : (weft, u);
        return yarn >= firstYarn && yarn < firstYarn + yarns && along >= from && along <= to;
    }
}

/// <summary>Oil or rust soaked into the cloth: a blot with a ragged outline and a darker rim, the weave still visible.</summary>
internal sealed class FabricStain : FabricDefect
{
    private static readonly Vector3 Oil = new(0.46f, 0.42f, 0.34f);
    private static readonly Vector3 Rust = new(0.72f, 0.50f, 0.33f);

    private readonly ValueNoise outline;
    private readonly Vector2 centre;
    private readonly float size;
    private readonly Vector3 tint;

    public FabricStain(float severity, Random random)
    {
        outline = new ValueNoise(random.Next());
        centre = Place(random);
        size = float.Lerp(19, 50, severity) * random.Between(0.85f, 1.15f);
        var colour = random.Next(2) == 0 ? Oil : Rust;
        tint = Vector3.Lerp(Vector3.One, colour, float.Lerp(0.45f, 0.9f, severity));
    }

    public override Vector3 Over(Vector3 cloth, Vector2 point, ref float changed)
    {
        var offset = point - centre;
        if (offset.LengthSquared() > size * size * 4)
            return cloth;
        var distance = offset.Length() / size - 1 - 0.75f * outline.Cloud(point.X * 0.05f, point.Y * 0.05f);
        var soaked = Shading.Step(0.16f, -0.20f, distance);
        if (soaked <= 0)
            return cloth;
        var rim = Shading.Step(0.22f, 0, MathF.Abs(distance + 0.15f));
        // The soft edge belongs to the stain as far as it can be seen.
        changed = Math.Max(changed, Shading.Step(0, 0.14f, soaked));
        return cloth * Vector3.Lerp(Vector3.One, tint * (1 - 0.12f * rim), soaked);
    }
}

/// <summary>A stray fibre on the cloth, round and with a thin shadow.</summary>
internal sealed class ForeignFibre : FabricDefect
{
    private static readonly Vector3[] Colours =
        [new(0.33f, 0.02f, 0.025f), new(0.012f, 0.012f, 0.014f), new(0.82f, 0.83f, 0.80f), new(0.72f, 0.30f, 0.02f)];

    private readonly CurvedLine line;
    private readonly Vector3 colour;
    private readonly float halfWidth;

    public ForeignFibre(float severity, Random random)
    {
        var start = Place(random);
        var angle = random.Between(0, MathF.Tau);
        var length = float.Lerp(40, 140, severity) * random.Between(0.85f, 1.15f);
        // Towards the middle of the picture, so that the fibre stays in it.
        var direction = new Vector2(MathF.Cos(angle), MathF.Sin(angle));
        if (Vector2.Dot(direction, start) > 0)
            direction = -direction;
        line = new CurvedLine(start, start + direction * length, length * 0.75f, random);
        colour = Colours[random.Next(Colours.Length)];
        halfWidth = float.Lerp(1.3f, 2.4f, severity);
    }

    public override Vector3 Over(Vector3 cloth, Vector2 point, ref float changed)
    {
        var shaded = cloth;
        if (line.Locate(point - new Vector2(2, 2.5f), halfWidth + 3) is { } shadow)
            shaded *= 1 - 0.45f * Shading.Step(halfWidth + 2.5f, 0, MathF.Abs(shadow.Distance));
        if (line.Locate(point, halfWidth + 1) is not { } at)
            return shaded;
        var cover = Shading.Cover(MathF.Abs(at.Distance) - halfWidth);
        changed = Math.Max(changed, cover);
        var round = 1 - 0.55f * (at.Distance / halfWidth * at.Distance / halfWidth);
        return Vector3.Lerp(shaded, colour * Math.Max(0.3f, round), cover);
    }
}
