using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>
/// Collects what labelled test images say about a model. Pixels count for every normal image (nothing in it is defective) and every
/// defective one with a mask; a defective image without a mask says nothing about pixels.
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
                pixels.Add(scored.Map, mask.Value);
            else
                warn($"The mask of {image.Id} is left out of the evaluation. {mask.Error.Message}");
        }
        else if (image.Defective == false)
        {
            pixels.Add(scored.Map, new bool[scored.Map.Length]);
        }
    }

    public EvaluationMetrics Metrics()
    {
        var image = RankingMetrics.Of([.. scores], [.. labels]);
        return new EvaluationMetrics(
            (int)image.Negatives, (int)image.Positives, pixels.MaskedImages,
            image.Auroc, image.Negatives == 0 ? null : image.AveragePrecision, image.Negatives == 0 ? null : image.F1Max, pixels.Metrics().Auroc);
    }
}
