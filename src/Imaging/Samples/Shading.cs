using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>Small formulas of shading that all scenes share.</summary>
internal static class Shading
{
    /// <summary>0 at and below <paramref name="from"/>, 1 from <paramref name="to"/> on, smooth between; the ends may be swapped.</summary>
    public static float Step(float from, float to, float value)
    {
        var t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }

    /// <summary>How much of a pixel lies inside a shape whose edge is this far away (pixels, negative inside).</summary>
    public static float Cover(float distance) => Math.Clamp(0.5f - distance, 0, 1);

    /// <summary>The unit normal of a surface with these slopes, towards the camera.</summary>
    public static Vector3 Normal(float slopeX, float slopeY) => Vector3.Normalize(new Vector3(-slopeX, -slopeY, 1));
}
