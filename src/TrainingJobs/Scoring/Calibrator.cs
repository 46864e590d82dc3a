using FewShotAD.Domain.Evaluation;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Scoring;

/// <param name="Calibration">The line of the model.</param>
/// <param name="ShotScores">Score of every support shot under the model of the others: a high one is odd.</param>
public sealed record CalibrationResult(Calibration Calibration, IReadOnlyList<double> ShotScores);

/// <summary>
/// Fits the line on held-out normals only: the model without shot k scores shot k and a few mild views of it.
/// No defect, and no test image, is ever looked at.
/// </summary>
public sealed class Calibrator(int seed, Action<int> shotDone)
{
    /// <summary>Views of a held-out shot beside the shot itself.</summary>
    public const int ViewsPerShot = 4;

    /// <param name="shots">(K,3,S,S)</param>
    public CalibrationResult Calibrate(ISupportDescription support, Tensor shots, CancellationToken ct)
    {
        var count = (int)shots.shape[0];
        var random = Seeds.Generator(seed, SeedPurpose.Calibration);
        var (held, own) = (new HeldOut(), new List<double>());
        for (var k = 0; k < count; k++)
        {
            ct.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var model = support.FitWithout(k, ct);
            var shot = shots[k].unsqueeze(0); // (1,3,S,S)
            var views = Enumerable.Range(0, ViewsPerShot).Select(_ => RandomViews.Of(shot, ViewRange.Mild, random));
            var maps = model.Maps(cat([shot, .. views], 0)).cpu(); // (1+V,S,S)
            foreach (var map in Enumerable.Range(0, (int)maps.shape[0]).Select(i => maps[i].data<float>().ToArray()))
                held.Add(map, (int)maps.shape[1], model.ScoreWindow);
            own.Add(held.Scores[^(1 + ViewsPerShot)]);
            shotDone(k + 1);
        }

        return new CalibrationResult(CalibrationRule.Line(held, count, support.LeavesOut), own);
    }
}
