using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>How far a view may lie from the image it shows.</summary>
/// <param name="Angle">Largest rotation to either side, in radians.</param>
/// <param name="Scale">Largest change of size, as a share.</param>
/// <param name="Shift">Largest translation per axis, in halves of the image's side.</param>
/// <param name="Brightness">Largest change of brightness, as a share.</param>
public sealed record ViewRange(double Angle, double Scale, double Shift, double Brightness)
{
    /// <summary>What a registration network should learn to undo when a project has nothing but its own shots.</summary>
    public static ViewRange Registration { get; } = new(Math.PI / 8, 0.1, 0.2, 0.1);

    /// <summary>What happens between two shots of a good part under one camera: a degree, a pixel or two, a little light.</summary>
    public static ViewRange Mild { get; } = new(Math.PI / 90, 0.01, 0.02, 0.03);
}

/// <summary>Random views of images: rotation, scale, translation with reflected borders, and brightness.</summary>
public static class RandomViews
{
    /// <summary>One view of each image (B,3,S,S) in [0,1], of the same shape.</summary>
    public static Tensor Of(Tensor images, ViewRange range, Random random)
    {
        var count = (int)images.shape[0];
        var theta = new float[count * 6];
        var light = new float[count];
        for (var i = 0; i < count; i++)
        {
            var (angle, zoom) = (Draw(range.Angle), 1 + Draw(range.Scale));
            float[] rows =
            [
                (float)(Math.Cos(angle) * zoom), (float)(-Math.Sin(angle) * zoom), (float)Draw(range.Shift),
                (float)(Math.Sin(angle) * zoom), (float)(Math.Cos(angle) * zoom), (float)Draw(range.Shift),
            ];
            rows.CopyTo(theta, i * 6);
            light[i] = (float)(1 + Draw(range.Brightness));
        }

        var grid = nn.functional.affine_grid(
            tensor(theta, device: images.device).view(count, 2, 3), images.shape, align_corners: false); // (B,S,S,2)
        var warped = nn.functional.grid_sample(
            images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false); // (B,3,S,S)
        return (warped * tensor(light, device: images.device).view(count, 1, 1, 1)).clamp(0, 1);

        double Draw(double largest) => ((random.NextDouble() * 2) - 1) * largest;
    }
}
