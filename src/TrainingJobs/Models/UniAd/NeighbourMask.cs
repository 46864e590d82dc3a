using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>
/// What keeps attention from copying: a position sees none of the positions in the square around it, itself included, and has to
/// say from farther away what should be there.
/// </summary>
public static class NeighbourMask
{
    /// <param name="side">h = w of the grid.</param>
    /// <param name="neighbours">Side of the square; 0 masks nothing.</param>
    /// <returns>(hw,hw), −∞ where row i must not see column j, 0 elsewhere: added to the attention's logits.</returns>
    public static Tensor Of(int side, int neighbours)
    {
        var positions = side * side;
        var values = new float[positions * positions];
        for (var i = 0; i < positions && neighbours > 0; i++)
        {
            for (var j = 0; j < positions; j++)
            {
                var (rows, columns) = (Math.Abs((i / side) - (j / side)), Math.Abs((i % side) - (j % side)));
                if (Math.Max(rows, columns) <= neighbours / 2)
                    values[(i * positions) + j] = float.NegativeInfinity;
            }
        }

        return tensor(values).view(positions, positions);
    }
}
