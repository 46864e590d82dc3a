using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class RankingPropertyTests
{
    [Property(MaxTest = 300)]
    public void Metrics_do_not_change_when_scores_keep_their_order((sbyte Score, bool Positive)[] samples)
    {
        var plain = Of(samples, s => s.Score);
        var moved = Of(samples, s => Math.Exp(s.Score / 40.0) - 9);
        Assert.Equal(plain with { F1Threshold = null }, moved with { F1Threshold = null });
        if (plain.F1Threshold is { } threshold)
            Assert.Equal(Math.Exp(threshold / 40.0) - 9, moved.F1Threshold!.Value, 12);
    }

    [Property(MaxTest = 300)]
    public void Metrics_do_not_depend_on_the_order_of_the_samples((sbyte Score, bool Positive)[] samples) =>
        Assert.Equal(Of(samples, s => s.Score), Of([.. samples.Reverse()], s => s.Score));

    [Property(MaxTest = 300)]
    public void With_swapped_labels_or_turned_scores_the_auroc_is_the_rest_to_1((sbyte Score, bool Positive)[] samples)
    {
        if (Of(samples, s => s.Score).Auroc is not { } auroc)
            return;
        Assert.Equal(1 - auroc, Of([.. samples.Select(s => (s.Score, !s.Positive))], s => s.Score).Auroc!.Value, 12);
        Assert.Equal(1 - auroc, Of(samples, s => -s.Score).Auroc!.Value, 12);
    }

    [Property(MaxTest = 300)]
    public void Average_precision_and_f1_equal_trying_every_threshold((sbyte Score, bool Positive)[] samples)
    {
        var positives = samples.Count(s => s.Positive);
        var metrics = Of(samples, s => s.Score);
        if (positives == 0)
        {
            Assert.Null(metrics.AveragePrecision);
            return;
        }

        double precision = 0, recall = 0, best = 0;
        foreach (var threshold in samples.Select(s => (int)s.Score).Distinct().OrderDescending())
        {
            var above = samples.Count(s => s.Score >= threshold);
            var hits = samples.Count(s => s.Score >= threshold && s.Positive);
            precision += ((double)hits / positives - recall) * hits / above;
            recall = (double)hits / positives;
            best = Math.Max(best, 2.0 * hits / (above + positives));
        }

        Assert.Equal(precision, metrics.AveragePrecision!.Value, 12);
        Assert.Equal(best, metrics.F1Max!.Value, 12);
        var found = samples.Count(s => s.Score >= metrics.F1Threshold && s.Positive);
        Assert.Equal(best, 2.0 * found / (samples.Count(s => s.Score >= metrics.F1Threshold) + positives), 12);
    }

    private static RankingMetrics Of((sbyte Score, bool Positive)[] samples, Func<(sbyte Score, bool Positive), double> score) =>
        RankingMetrics.Of([.. samples.Select(score)], [.. samples.Select(s => s.Positive)]);
}
