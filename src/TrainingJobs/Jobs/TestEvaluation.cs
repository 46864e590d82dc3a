using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>
/// Collects what labelled test images say about a model. Pixels count for every normal image (nothing in it is defective) and every
/// defective one with a mask; a defective image without a mask says nothing about pixels, and ignored pixels count nowhere.
/// </summary>
public sealed class TestEvaluation(Action<string> warn)
{
    private readonly List<double> scores = [];
    private readonly List<bool> labels = [];
    private readonly RankingMetricsByPixel pixels = new();

    public void Add(JobImage image, ScoredMap scored, CancellationToken ct)
    {
        if (image.Defective is { } defective)
        {
            scores.Add(scored.Score);
            labels.Add(defective);
        }

        if (image.MaskPath is { } path && image.Defective != false)
        {
            var mask = ImageReader.ReadMask(path, scored.Side, ct);
            if (mask.Succeeded)
                pixels.Add(scored.Map, mask.Value, scored.Side, scored.Ignored);
            else
                warn($"The mask of {image.Id} is left out of the evaluation. {mask.Error.Message}");
        }
        else if (image.Defective == false)
        {
            pixels.Add(scored.Map, new bool[scored.Map.Length], scored.Side, scored.Ignored);
        }
    }

    public EvaluationMetrics Metrics()
    {
        var image = BothClasses(RankingMetrics.Of([.. scores], [.. labels]));
        var pixel = BothClasses(pixels.Metrics());
        return new EvaluationMetrics(
            (int)image.Negatives, (int)image.Positives, pixels.MaskedImages,
            image.Auroc, image.AveragePrecision, image.F1Max, pixel.Auroc,
            image.F1Threshold, pixel.AveragePrecision, pixel.F1Max, pixel.F1Threshold, pixels.Aupro());
    }

    /// <summary>With positives alone every precision is 1: that says nothing about the model.</summary>
    private static RankingMetrics BothClasses(RankingMetrics metrics) => metrics.Negatives > 0
        ? metrics
        : new RankingMetrics(metrics.Positives, metrics.Negatives, null, null, null, null);
}
