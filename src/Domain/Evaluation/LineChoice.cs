namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// Lines that labelled images speak for. They are offered, never taken by themselves: what is chosen on these very images looks better on
/// them than it will be.
/// </summary>
public static class LineChoice
{
    /// <summary>
    /// The T1 and T2 of least expected cost. Every part costs by where it lies to T1 and by where it lies to T2, and the two add up: with
    /// G and D for good and defective, w for their weights and c for the costs,
    /// Σ = A(T1) + B(T2), A = wG·cR·G(above T1) + wD·(cE·D(up to T1) + cR·D(above T1)), B = wG·(cF − cR)·G(from T2) − wD·cR·D(from T2).
    /// So one walk over the gaps between scores, which remembers the best T1 so far, finds the least. Among equals it takes the one that
    /// sends least to review. A threshold lies in the middle of its gap: as far as can be from the parts on both sides.
    /// </summary>
    /// <returns>Null unless there are good and defective scores.</returns>
    public static (double T1, double T2)? Cheapest(LineScores scores, LineCosts costs)
    {
        if (!scores.HasBothClasses)
            return null;
        var values = scores.Labelled();
        var (allGood, allDefective) = (scores.Good.Count, scores.Defective.Count);
        var (good, defective) = costs.Weights(allGood, allDefective);
        var (bestFirst, bestPair, gaps) = (double.PositiveInfinity, double.PositiveInfinity, (T1: 0, T2: 0));
        var first = 0;
        for (var gap = 0; gap <= values.Length; gap++)
        {
            var end = gap == values.Length;
            var (goodAbove, defectiveBelow) = end
                ? (0, allDefective)
                : (allGood - scores.GoodBelow(values[gap]), scores.DefectiveBelow(values[gap]));
            var defectiveAbove = allDefective - defectiveBelow;
            var upTo = (good * costs.Review * goodAbove) + (defective * ((costs.Escape * defectiveBelow) + (costs.Review * defectiveAbove)));
            if (upTo <= bestFirst)
                (bestFirst, first) = (upTo, gap);
            var from = (good * (costs.FalseAlarm - costs.Review) * goodAbove) - (defective * costs.Review * defectiveAbove);
            if (bestFirst + from < bestPair)
                (bestPair, gaps) = (bestFirst + from, (first, gap));
        }

        return (Inside(values, gaps.T1).AsT1, Inside(values, gaps.T2).AsT2);
    }

    /// <summary>The T2 from which on “defect” has the largest F1, in the middle of its gap.</summary>
    /// <returns>Null unless there are good and defective scores.</returns>
    public static double? F1Max(LineScores scores)
    {
        if (!scores.HasBothClasses)
            return null;
        double[] all = [.. scores.Good, .. scores.Defective];
        var positive = new bool[all.Length];
        Array.Fill(positive, true, scores.Good.Count, scores.Defective.Count);
        var lowest = RankingMetrics.Of(all, positive).F1Threshold!.Value;
        var values = scores.Labelled();
        return Inside(values, LineScores.Below(values, lowest)).AsT2;
    }

    /// <summary>A value in the gap that <paramref name="gap"/> of the distinct values lie below. Neighbours may have no number between them: then the one that cuts there.</summary>
    private static (double AsT1, double AsT2) Inside(double[] values, int gap)
    {
        // Beyond the outermost scores: a twentieth of their span away.
        var margin = values[^1] > values[0] ? (values[^1] - values[0]) / 20 : 1;
        if (gap == 0)
            return (values[0] - margin, values[0] - margin);
        if (gap == values.Length)
            return (values[^1] + margin, values[^1] + margin);
        var (low, high) = (values[gap - 1], values[gap]);
        var middle = low + ((high - low) / 2);
        return (middle < high ? middle : low, middle > low ? middle : high);
    }
}
