using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// Feature stages of N images, each at its own resolution: repeated over the finest grid they would be several times as large. A coarse
/// vector stands for all fine positions that it covers.
/// </summary>
public sealed class StageFeatures : IDisposable
{
    /// <summary>Rows of the coarsest stage in a block: bounds what joining and fitting hold at once.</summary>
    private const int CoarseRowsPerBlock = 2;

    private readonly Tensor[] stages;
    private readonly int[] sides;

    /// <param name="stages">(N,Cᵢ,Hᵢ,Hᵢ), finest first, every side a multiple of the next. They are copied.</param>
    public StageFeatures(IReadOnlyList<Tensor> stages)
        : this([.. stages.Select(ByPosition)], [.. stages.Select(stage => (int)stage.shape[2])])
    {
    }

    private StageFeatures(Tensor[] stages, int[] sides) =>
        (this.stages, this.sides) = ([.. stages.Select(stage => stage.DetachFromDisposeScope())], sides);

    /// <summary>(Pᵢ,N,Cᵢ) each: the vectors of a position lie together, positions row by row. Finest first.</summary>
    public IReadOnlyList<Tensor> Stages => stages;

    /// <summary>Rows and columns of every stage.</summary>
    public IReadOnlyList<int> Sides => sides;

    /// <summary>Rows and columns of the finest stage.</summary>
    public int Side => sides[0];

    /// <summary>C, of all stages together.</summary>
    public int Channels => (int)stages.Sum(stage => stage.shape[2]);

    /// <summary>N.</summary>
    public long Count => stages[0].shape[1];

    /// <summary>The row ranges of the finest grid into which the work is cut; they begin and end where coarse rows do.</summary>
    public IEnumerable<(int From, int To)> Blocks()
    {
        var rows = CoarseRowsPerBlock * Side / sides[^1];
        for (var from = 0; from < Side; from += rows)
            yield return (from, Math.Min(Side, from + rows));
    }

    /// <summary>Joined vectors of a block, (P,N,C) with P = (to − from)·W positions row by row.</summary>
    public Tensor Block(int from, int to)
    {
        using var scope = NewDisposeScope();
        var joined = stages.Zip(sides, (stage, side) => Spread(Rows(stage, side, from, to), side, Side)); // (P,N,Cᵢ) each
        return cat([.. joined], 2).MoveToOuterDisposeScope(); // (P,N,C)
    }

    /// <summary>The part of a stage's values (Pᵢ,…) that covers rows from–to of the finest grid.</summary>
    public Tensor Rows(Tensor values, int side, int from, int to)
    {
        var factor = Side / side;
        return values.slice(0, from / factor * side, to / factor * side, 1);
    }

    /// <summary>Values of a coarse grid's positions, (rows·side, a, b), as those of the fine positions that they cover: (rows·fine·f, a, b).</summary>
    public static Tensor Spread(Tensor values, int side, int fine)
    {
        if (side == fine)
            return values;
        using var scope = NewDisposeScope();
        var (factor, rows) = (fine / side, values.shape[0] / side);
        return values.view(rows, 1, side, 1, values.shape[1], values.shape[2])
            .expand(rows, factor, side, factor, values.shape[1], values.shape[2])
            .reshape(-1, values.shape[1], values.shape[2]).MoveToOuterDisposeScope();
    }

    /// <summary>Adds values of coarse positions (rows·side, a, b) to those of the fine positions that they cover, in place.</summary>
    public static void AddSpread(Tensor fine, int fineSide, Tensor values, int side)
    {
        using var scope = NewDisposeScope();
        var (factor, rows, inner) = (fineSide / side, values.shape[0] / side, values.shape[1] * values.shape[2]);
        fine.view(rows, factor, side, factor, inner).add_(values.view(rows, 1, side, 1, inner));
    }

    /// <summary>Joins the features of several batches of images, in order; the parts are used up.</summary>
    public static StageFeatures Concatenate(IReadOnlyList<StageFeatures> batches)
    {
        var joined = new StageFeatures(
            [.. Enumerable.Range(0, batches[0].stages.Length).Select(i => cat([.. batches.Select(batch => batch.stages[i])], 1))], batches[0].sides);
        foreach (var batch in batches)
            batch.Dispose();
        return joined;
    }

    public void Dispose()
    {
        foreach (var stage in stages)
            stage.Dispose();
    }

    /// <summary>(N,C,H,W) → (H·W,N,C).</summary>
    private static Tensor ByPosition(Tensor stage)
    {
        using var scope = NewDisposeScope();
        var (count, channels) = (stage.shape[0], stage.shape[1]);
        // A copy of two dimensions turned round is blocked for the cache, one of four is not; where the channels lie together it is plain.
        var byPosition = stage.stride(1) == 1
            ? stage.permute(2, 3, 0, 1).contiguous()
            : stage.reshape(count * channels, -1).t().contiguous();
        return byPosition.view(-1, count, channels).MoveToOuterDisposeScope();
    }
}
