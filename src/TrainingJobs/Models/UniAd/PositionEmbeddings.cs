using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>One learned vector per column and one per row; a position has both, the column's first.</summary>
public sealed class LearnedPosition : nn.Module
{
    [ComponentName(Name = "row_embed")]
    private readonly Parameter row;

    [ComponentName(Name = "col_embed")]
    private readonly Parameter column;

    public LearnedPosition(int side, int width)
        : base(nameof(LearnedPosition))
    {
        row = Parameter(init.uniform_(empty(side, width / 2)));
        column = Parameter(init.uniform_(empty(side, width / 2)));
        RegisterComponents();
    }

    /// <summary>(hw,D), row by row.</summary>
    public Tensor Vectors()
    {
        var (side, half) = (row.shape[0], row.shape[1]);
        var columns = column.unsqueeze(0).expand(side, side, half); // (h,w,D/2)
        var rows = row.unsqueeze(1).expand(side, side, half); // (h,w,D/2)
        return cat([columns, rows], -1).flatten(0, 1); // (hw,D)
    }
}

/// <summary>
/// Sines and cosines of row and column (arXiv 1706.03762, for pictures arXiv 2005.12872): row and column run from above 0 to 2π, one
/// half of the vector is for each, wavelengths grow from 2π by powers of 10,000.
/// </summary>
public static class SinePosition
{
    private const double Temperature = 10_000;
    private const double Epsilon = 1e-6;

    /// <summary>(hw,D), row by row; the row's half first.</summary>
    public static Tensor Vectors(int side, int width)
    {
        var half = width / 2;
        var values = new float[side * side * width];
        for (var position = 0; position < side * side; position++)
        {
            for (var i = 0; i < width; i++)
            {
                var at = i < half ? position / side : position % side;
                var angle = (at + 1) / (side + Epsilon) * 2 * Math.PI / Math.Pow(Temperature, 2.0 * (i % half / 2) / half);
                values[(position * width) + i] = (float)(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }

        return tensor(values).view(side * side, width);
    }
}
