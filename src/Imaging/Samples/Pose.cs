namespace FewShotAD.Imaging.Samples;

/// <summary>How the part lies under the camera: turned by up to 1.5° and moved by up to 2 pixels.</summary>
internal readonly record struct Pose(float Cosine, float Sine, float X, float Y)
{
    private const float MaxDegrees = 1.5f;
    private const float MaxShift = 2;

    public static Pose Draw(Random random)
    {
        var angle = float.DegreesToRadians(random.Between(-MaxDegrees, MaxDegrees));
        return new Pose(MathF.Cos(angle), MathF.Sin(angle), random.Between(-MaxShift, MaxShift), random.Between(-MaxShift, MaxShift));
    }

    /// <summary>From the picture, origin at its centre, to the part.</summary>
    public (float X, float Y) ToPart(float x, float y)
    {
        var (dx, dy) = (x - X, y - Y);
        return (Cosine * dx + Sine * dy, -Sine * dx + Cosine * dy);
    }
}

internal static class SampleRandom
{
    public static float Between(this Random random, float low, float high) => low + (high - low) * random.NextSingle();
}
