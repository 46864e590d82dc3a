using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Transfers;

/// <summary>One connected region of a mask as COCO wants it: corners of pixels, so that a box of w × h pixels has that area.</summary>
/// <param name="Polygons">Each x₁, y₁, x₂, y₂, …; they do not overlap and together are the region, holes left out.</param>
/// <param name="Area">Pixels.</param>
/// <param name="Box">x, y, width, height.</param>
public sealed record MaskRegion(IReadOnlyList<IReadOnlyList<int>> Polygons, int Area, IReadOnlyList<int> Box);

/// <summary>
/// The 8-connected regions of a mask as polygons, exactly. COCO's polygons have no holes, so a region is cut into stacks of runs:
/// a run of a row lies on the one above it as long as each touches only the other. A stack has one outline, and the stacks of a
/// region are its polygons.
/// </summary>
public static class MaskPolygons
{
    /// <param name="mask">True where defective, row by row.</param>
    /// <param name="width">Pixels in a row.</param>
    public static IReadOnlyList<MaskRegion> Of(ReadOnlySpan<bool> mask, int width)
    {
        var regions = MaskRegions.Of(mask, width);
        var stacks = new List<Stack>[regions.Sizes.Count];
        for (var i = 0; i < stacks.Length; i++)
            stacks[i] = [];
        var above = new List<Run>();
        for (var y = 0; y < mask.Length / width; y++)
        {
            var row = RunsOf(mask.Slice(y * width, width), regions.Labels, y, width);
            Join(above, row, stacks);
            above = row;
        }

        return [.. stacks.Select((own, i) => new MaskRegion([.. own.Select(stack => stack.Outline())], regions.Sizes[i], BoxOf(own)))];
    }

    private static List<Run> RunsOf(ReadOnlySpan<bool> row, IReadOnlyList<int> labels, int y, int width)
    {
        var runs = new List<Run>();
        for (var x = 0; x < width; x++)
        {
            if (!row[x])
                continue;
            var start = x;
            while (x < width && row[x])
                x++;
            runs.Add(new Run(y, start, x, labels[(y * width) + start]));
        }

        return runs;
    }

    /// <summary>Puts each run on the stack above it, or begins a new one. Both rows are in order, so that one walk meets all pairs.</summary>
    private static void Join(List<Run> above, List<Run> row, List<Stack>[] stacks)
    {
        for (var (i, j) = (0, 0); i < above.Count && j < row.Count;)
        {
            if (above[i].Touches(row[j]))
            {
                above[i].Below++;
                row[j].Above++;
                row[j].Over = above[i];
            }

            if (above[i].End < row[j].End)
                i++;
            else
                j++;
        }

        foreach (var run in row)
        {
            if (run is { Above: 1, Over: { Below: 1 } over })
            {
                run.Stack = over.Stack;
            }
            else
            {
                run.Stack = new Stack();
                stacks[run.Label - 1].Add(run.Stack);
            }

            run.Stack.Runs.Add(run);
            run.Over = null; // the rows before are needed no more
        }
    }

    private static int[] BoxOf(List<Stack> stacks)
    {
        var runs = stacks.SelectMany(stack => stack.Runs).ToList();
        var (left, top) = (runs.Min(run => run.Start), runs.Min(run => run.Y));
        return [left, top, runs.Max(run => run.End) - left, runs.Max(run => run.Y) + 1 - top];
    }

    /// <summary>Neighbouring pixels of one row, <c>Start</c> to before <c>End</c>.</summary>
    private sealed class Run(int y, int start, int end, int label)
    {
        public int Y => y;

        public int Start => start;

        public int End => end;

        public int Label => label;

        public Stack Stack { get; set; } = null!;

        public Run? Over { get; set; }

        /// <summary>How many runs of the row above it touches.</summary>
        public int Above { get; set; }

        public int Below { get; set; }

        /// <summary>At a side; runs that meet at a corner only are two polygons of one region.</summary>
        public bool Touches(Run other) => start < other.End && other.Start < end;
    }

    private sealed class Stack
    {
        public List<Run> Runs { get; } = [];

        /// <summary>Clockwise in image coordinates: down the right side, up the left one, with a corner wherever a side moves.</summary>
        public List<int> Outline()
        {
            var points = new List<int>();
            points.AddRange([Runs[0].Start, Runs[0].Y]);
            for (var i = 0; i < Runs.Count; i++)
            {
                if (i == 0 || Runs[i].End != Runs[i - 1].End)
                    points.AddRange([Runs[i].End, Runs[i].Y]);
                if (i == Runs.Count - 1 || Runs[i].End != Runs[i + 1].End)
                    points.AddRange([Runs[i].End, Runs[i].Y + 1]);
            }

            for (var i = Runs.Count - 1; i >= 0; i--)
            {
                if (i == Runs.Count - 1 || Runs[i].Start != Runs[i + 1].Start)
                    points.AddRange([Runs[i].Start, Runs[i].Y + 1]);
                if (i > 0 && Runs[i].Start != Runs[i - 1].Start)
                    points.AddRange([Runs[i].Start, Runs[i].Y]);
            }

            return points;
        }
    }
}
