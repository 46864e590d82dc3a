using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <summary>
/// Feature stages of N images, kept at their own resolution and joined only for a block of rows: at the finest grid they would be
/// four times as large. A coarse vector is repeated over the fine positions that it covers.
/// </summary>
public sealed class StageFeatures : IDisposable
{
    /// <summary>Rows of the coarsest stage in a block: bounds what joining and fitting hold at once.</summary>
    private const int CoarseRowsPerBlock = 2;

    private readonly Tensor[] stages;

    /// <param name="stages">(N,Cᵢ,Hᵢ,Wᵢ), finest first, every side a multiple of the next. Owned from here on.</param>
    public StageFeatures(IReadOnlyList<Tensor> stages)
    {
        this.stages = [.. stages.Select(stage => stage.DetachFromDisposeScope())];
        Height = (int)stages[0].shape[2];
        Width = (int)stages[0].shape[3];
        Channels = (int)stages.Sum(stage => stage.shape[1]);
    }

    /// <summary>Of the finest stage.</summary>
    public int Height { get; }

    public int Width { get; }

    /// <summary>C, of all stages together.</summary>
    public int Channels { get; }

    public long Count => stages[0].shape[0];

    /// <summary>The row ranges of the finest grid into which the work is cut.</summary>
    public IEnumerable<(int From, int To)> Blocks()
    {
        var rows = CoarseRowsPerBlock * Height / (int)stages[^1].shape[2];
        for (var from = 0; from < Height; from += rows)
            yield return (from, Math.Min(Height, from + rows));
    }

    /// <summary>Joined vectors of a block, (P,N,C) with P = (to − from)·W positions row by row.</summary>
    public Tensor Block(int from, int to)
    {
        using var scope = NewDisposeScope();
        var joined = new List<Tensor>();
        foreach (var stage in stages)
        {
            var factor = Height / stage.shape[2];
            var rows = stage.slice(2, from / factor, to / factor, 1);
            joined.Add(factor == 1 ? rows : rows.repeat_interleave(factor, 2).repeat_interleave(factor, 3)); // (N,Cᵢ,rows,W)
        }

        var block = cat(joined, 1); // (N,C,rows,W)
        return block.flatten(2).permute(2, 0, 1).contiguous().MoveToOuterDisposeScope(); // (P,N,C)
    }

    /// <summary>Joins the features of several batches of images, in order; the parts are used up.</summary>
    public static StageFeatures Concatenate(IReadOnlyList<Tensor[]> batches) =>
        new([.. Enumerable.Range(0, batches[0].Length).Select(i => cat([.. batches.Select(batch => batch[i])], 0))]);

    public void Dispose()
    {
        foreach (var stage in stages)
            stage.Dispose();
    }
}
