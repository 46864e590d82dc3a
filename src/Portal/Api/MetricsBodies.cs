using FewShotAD.Domain.Evaluation;
using FewShotAD.Portal.Features.Evaluation;

namespace FewShotAD.Portal.Api;

/// <summary>A number with its interval of 95 %.</summary>
/// <param name="Value">Null where the data cannot say: one class only, no masks.</param>
/// <param name="Low">Null without an interval: too few images, and always for pixels.</param>
public sealed record MetricEstimate(double? Value, double? Low, double? High)
{
    internal static MetricEstimate Of(double? value, Interval? interval = null) => new(value, interval?.Low, interval?.High);
}

/// <param name="Type">Null for defective images of which nobody said what is wrong.</param>
/// <param name="Counts">What the line makes of them; normal ones are missed.</param>
/// <param name="Auroc">Of these images against all good ones.</param>
/// <param name="MedianScaledScore">0 is a typical normal part, 50 is T2.</param>
public sealed record DefectTypeMetrics(string? Type, VerdictCounts Counts, MetricEstimate Auroc, double MedianScaledScore);

/// <param name="Score">Under the model of the other shots.</param>
/// <param name="Limit">What the scores of the others allow.</param>
public sealed record ShotScore(Guid ImageId, double Score, double? Limit, ShotStanding Standing);

/// <param name="IsFinal">False while the model's run still scores images: then the numbers rest on the first of them.</param>
/// <param name="ScoredImages">Test images with a result of this model.</param>
/// <param name="Confidence">Of every interval.</param>
/// <param name="ImageF1Threshold">The lowest score that reaches F1-max.</param>
/// <param name="Good">What the line makes of the good images; uncertain and defective ones are false alarms.</param>
/// <param name="DefectTypes">Those with most misses first.</param>
/// <param name="SupportShots">The oddest first; null for a model that was trained before scores of shots were recorded.</param>
public sealed record RestModelMetrics(
    Guid ModelId, Guid ProjectId, int ModelVersion, bool IsFinal, int ScoredImages, int GoodImages, int DefectiveImages, int UnlabelledImages,
    double Confidence, int Resamples, MetricEstimate ImageAuroc, MetricEstimate ImageAveragePrecision, MetricEstimate ImageF1Max, double? ImageF1Threshold,
    MetricEstimate PixelAuroc, MetricEstimate PixelAveragePrecision, MetricEstimate PixelF1Max, MetricEstimate Aupro,
    ResultThresholds Thresholds, VerdictCounts Good, VerdictCounts Defective, IReadOnlyList<DefectTypeMetrics> DefectTypes,
    IReadOnlyList<ShotScore>? SupportShots)
{
    internal static RestModelMetrics Of(EvaluatedModel of)
    {
        var (model, metrics, stored) = (of.Model, of.Metrics, of.Model.Metrics);
        return new RestModelMetrics(
            model.Id.Value, model.ProjectId.Value, model.Version, !of.IsComing, of.Scored, metrics.Good.Images, metrics.Defective.Images, metrics.Unlabelled,
            RankingBootstrap.Confidence, RankingBootstrap.Resamples, MetricEstimate.Of(metrics.Image?.Auroc, metrics.Intervals?.Auroc),
            MetricEstimate.Of(metrics.Image?.AveragePrecision, metrics.Intervals?.AveragePrecision),
            MetricEstimate.Of(metrics.Image?.F1Max, metrics.Intervals?.F1Max), metrics.Image?.F1Threshold, MetricEstimate.Of(stored?.PixelAuroc),
            MetricEstimate.Of(stored?.PixelAveragePrecision), MetricEstimate.Of(stored?.PixelF1Max), MetricEstimate.Of(stored?.Aupro),
            new ResultThresholds(model.Calibration.CertainlyGood, model.Calibration.CertainlyDefective), metrics.Good, metrics.Defective,
            [.. metrics.Types.Select(type => new DefectTypeMetrics(type.Type, type.Counts, MetricEstimate.Of(type.Auroc, type.AurocInterval), type.MedianScaled))],
            of.Support.Any(shot => shot.Advice is null) ? null : [.. of.Support.Select(shot => new ShotScore(shot.Image.Value, shot.Advice!.Score, shot.Advice.Limit, shot.Advice.Standing))]);
    }
}
