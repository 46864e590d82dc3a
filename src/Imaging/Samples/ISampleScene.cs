using System.Numerics;

namespace FewShotAD.Imaging.Samples;

/// <summary>What stands in front of the camera: a colour for each point.</summary>
internal interface ISampleScene
{
    /// <param name="x">Pixels to the right of the part's centre, in the part's own coordinates.</param>
    /// <param name="y">Pixels below it.</param>
    /// <param name="defect">How much of the point is changed by the defect, 0 to 1.</param>
    /// <returns>Linear light, 0 to about 1.</returns>
    Vector3 Shade(float x, float y, out float defect);
}
