namespace FewShotAD.Domain.Evaluation;

/// <summary>
/// How well scores rank positives above negatives. Exact: equal scores count half in the AUROC and are one point of the curves.
/// Null where the data cannot say (one class only).
/// </summary>
/// <param name="Auroc">Probability that a positive scores above a negative. Under 0.5 it is kept as it is.</param>
/// <param name="AveragePrecision">Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores from the highest, without interpolation.</param>
/// <param name="F1Max">Largest 2PR/(P+R) over all thresholds.</param>
/// <param name="F1Threshold">The lowest score that reaches it when it counts as positive.</param>
public sealed record RankingMetrics(
    long Positives, long Negatives, double? Auroc, double? AveragePrecision, double? F1Max, double? F1Threshold)
{
    /// <param name="scores">Larger is stranger; every one a number.</param>
    /// <param name="positive">As many labels.</param>
    public static RankingMetrics Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positive)
    {
        if (scores.Length != positive.Length)
            throw new ArgumentException($"{scores.Length} scores have {positive.Length} labels.", nameof(positive));
        var keys = scores.ToArray();
        if (keys.Any(double.IsNaN))
            throw new ArgumentException("A score is not a number.", nameof(scores));
        var labels = positive.ToArray();
        Array.Sort(keys, labels);
        var curve = new RankingCurve();
        for (var i = keys.Length - 1; i >= 0;)
        {
            long positives = 0, negatives = 0;
            var score = keys[i];
            // −0 and +0 are one score: compared as numbers, not as bits.
            for (; i >= 0 && keys[i] == score; i--)
            {
                if (labels[i])
                    positives++;
                else
                    negatives++;
            }

            curve.Add(score, positives, negatives);
        }

        return curve.Metrics();
    }
}

/// <summary>Walks the distinct scores from the highest to the lowest; the metrics are sums along the way.</summary>
internal sealed class RankingCurve
{
    private readonly List<(double Score, long Positives, long Negatives)> groups = [];

    public void Add(double score, long positives, long negatives) => groups.Add((score, positives, negatives));

    public RankingMetrics Metrics()
    {
        var (positives, negatives) = (groups.Sum(group => group.Positives), groups.Sum(group => group.Negatives));
        if (positives == 0)
            return new RankingMetrics(positives, negatives, null, null, null, null);
        long truePositives = 0, falsePositives = 0;
        double area = 0, precisionSum = 0, bestF1 = -1, bestThreshold = 0;
        foreach (var (score, up, right) in groups)
        {
            // Negatives at this score lie below every positive seen so far and level with those at the same score.
            area += right * (truePositives + (up / 2.0));
            truePositives += up;
            falsePositives += right;
            precisionSum += up * ((double)truePositives / (truePositives + falsePositives));
            var f1 = 2.0 * truePositives / (truePositives + falsePositives + positives);
            if (f1 >= bestF1)
                (bestF1, bestThreshold) = (f1, score);
        }

        double? auroc = negatives == 0 ? null : area / positives / negatives;
        return new RankingMetrics(positives, negatives, auroc, precisionSum / positives, bestF1, bestThreshold);
    }
}
