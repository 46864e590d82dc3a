using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;

namespace FewShotAD.Domain.Evaluation;

/// <summary>A scored test image, and what people say of it.</summary>
public sealed record EvaluatedImage(ResultId Result, ImageId Image, string Name, double Score, ImageLabel Label, string? DefectType);

/// <summary>What the present line makes of some images.</summary>
public sealed record VerdictCounts(int Normal, int Uncertain, int Defect)
{
    public int Images => Normal + Uncertain + Defect;

    public static VerdictCounts Of(IEnumerable<EvaluatedImage> images, Calibration line)
    {
        var verdicts = images.CountBy(image => line.Judge(image.Score)).ToDictionary();
        return new VerdictCounts(
            verdicts.GetValueOrDefault(Verdict.Normal), verdicts.GetValueOrDefault(Verdict.Uncertain), verdicts.GetValueOrDefault(Verdict.Defect));
    }
}

/// <summary>How one kind of defect is found.</summary>
/// <param name="Type">Null for defective images of which nobody said what is wrong.</param>
/// <param name="Auroc">Of these images against all good ones; null without good ones.</param>
/// <param name="AurocInterval">Null with fewer than two images on a side.</param>
/// <param name="MedianScaled">Of the scaled scores, see <see cref="Calibration.Scale"/>.</param>
public sealed record DefectTypeFigures(string? Type, VerdictCounts Counts, double? Auroc, Interval? AurocInterval, double MedianScaled);

/// <summary>What a model's scores of labelled test images say about it.</summary>
/// <param name="Unlabelled">Scored test images that say nothing, because nobody said whether they are good.</param>
/// <param name="Good">What the line makes of the good images: uncertain and defect are false alarms.</param>
/// <param name="Image">Null where a class is missing.</param>
/// <param name="Intervals">Null with fewer than two images of a class.</param>
/// <param name="Types">Those with most misses first.</param>
/// <param name="Missed">Defective images that the line calls normal, the lowest score first.</param>
public sealed record ModelEvaluation(
    int Unlabelled, VerdictCounts Good, VerdictCounts Defective, RankingMetrics? Image, RankingIntervals? Intervals,
    IReadOnlyList<DefectTypeFigures> Types, IReadOnlyList<EvaluatedImage> Missed)
{
    public bool HasBothClasses => Good.Images > 0 && Defective.Images > 0;

    public static ModelEvaluation Of(IReadOnlyList<EvaluatedImage> images, Calibration line, CancellationToken ct = default)
    {
        var good = images.Where(image => image.Label == ImageLabel.Normal).ToList();
        var bad = images.Where(image => image.Label == ImageLabel.Defective).ToList();
        var (metrics, intervals) = Rank(good, bad, ct);
        return new ModelEvaluation(
            images.Count - good.Count - bad.Count, VerdictCounts.Of(good, line), VerdictCounts.Of(bad, line), metrics, intervals,
            [.. bad.GroupBy(image => image.DefectType).Select(type => OfType(type.Key, [.. type], good, line, ct))
                .OrderByDescending(type => (double)type.Counts.Normal / type.Counts.Images).ThenBy(type => type.Type, StringComparer.Ordinal)],
            [.. bad.Where(image => line.Judge(image.Score) == Verdict.Normal).OrderBy(image => image.Score).ThenBy(image => image.Name, StringComparer.Ordinal)]);
    }

    private static DefectTypeFigures OfType(
        string? type, IReadOnlyList<EvaluatedImage> images, IReadOnlyList<EvaluatedImage> good, Calibration line, CancellationToken ct)
    {
        var (metrics, intervals) = Rank(good, images, ct);
        return new DefectTypeFigures(
            type, VerdictCounts.Of(images, line), metrics?.Auroc, intervals?.Auroc, Medians.Of(images.Select(image => line.Scale(image.Score))));
    }

    private static (RankingMetrics? Metrics, RankingIntervals? Intervals) Rank(
        IReadOnlyList<EvaluatedImage> good, IReadOnlyList<EvaluatedImage> bad, CancellationToken ct)
    {
        if (good.Count == 0 || bad.Count == 0)
            return (null, null);
        double[] scores = [.. good.Select(image => image.Score), .. bad.Select(image => image.Score)];
        var positive = new bool[scores.Length];
        Array.Fill(positive, true, good.Count, bad.Count);
        return (RankingMetrics.Of(scores, positive), RankingBootstrap.Of(scores, positive, ct: ct));
    }
}
