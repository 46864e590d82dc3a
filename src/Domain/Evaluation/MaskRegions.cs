namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// The connected regions of a mask, with 8 neighbours: pixels that touch at a side or a corner belong together. Two passes with
/// union-find (Rosenfeld and Pfaltz 1966), so that no shape, however winding, needs a deep stack.
/// </summary>
/// <param name="Labels">Per pixel, row by row: the number of its region from 1, or 0 outside. Numbers follow the first pixel of each region.</param>
/// <param name="Sizes">Pixels of region n at index n − 1.</param>
public sealed record MaskRegions(IReadOnlyList<int> Labels, IReadOnlyList<int> Sizes)
{
    /// <param name="mask">True where defective, row by row.</param>
    /// <param name="width">Pixels in a row; the mask holds whole rows.</param>
    public static MaskRegions Of(ReadOnlySpan<bool> mask, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (mask.Length % width != 0)
            throw new ArgumentException($"{mask.Length} pixels are no whole rows of {width}.", nameof(mask));
        var labels = new int[mask.Length];
        var parents = new List<int> { 0 };
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i])
                labels[i] = Join(labels, parents, i, width);
        }

        return Number(labels, parents);
    }

    /// <summary>The label of a pixel by the neighbours that came before it: left and the three above.</summary>
    private static int Join(int[] labels, List<int> parents, int at, int width)
    {
        var column = at % width;
        var label = 0;
        if (column > 0)
            Meet(at - 1);
        if (at >= width)
        {
            if (column > 0)
                Meet(at - width - 1);
            Meet(at - width);
            if (column < width - 1)
                Meet(at - width + 1);
        }

        if (label > 0)
            return label;
        parents.Add(parents.Count);
        return parents.Count - 1;

        void Meet(int neighbour)
        {
            if (labels[neighbour] == 0)
                return;
            var root = Root(parents, labels[neighbour]);
            if (label > 0 && root != label)
                parents[Math.Max(root, label)] = Math.Min(root, label);
            label = label == 0 ? root : Math.Min(root, label);
        }
    }

    private static int Root(List<int> parents, int label)
    {
        while (parents[label] != label)
            label = parents[label] = parents[parents[label]];
        return label;
    }

    /// <summary>Replaces the labels of the first pass by the numbers of the regions, and counts.</summary>
    private static MaskRegions Number(int[] labels, List<int> parents)
    {
        var numbers = new int[parents.Count];
        var sizes = new List<int>();
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0)
                continue;
            var root = Root(parents, labels[i]);
            if (numbers[root] == 0)
            {
                sizes.Add(0);
                numbers[root] = sizes.Count;
            }

            labels[i] = numbers[root];
            sizes[labels[i] - 1]++;
        }

        return new MaskRegions(labels, sizes);
    }
}
