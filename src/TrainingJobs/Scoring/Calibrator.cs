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
    /// <param name="ignored">Of each shot the pixels that do not count, S×S, or null.</param>
    public CalibrationResult Calibrate(ISupportDescription support, Tensor shots, CancellationToken ct, IReadOnlyList<bool[]?>? ignored = null)
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
            var views = ViewsOf(shot, ignored?[k], random);
            var maps = model.Maps(cat([.. views.Select(view => view.Image)], 0)).cpu(); // (1+V,S,S)
            for (var i = 0; i < views.Count; i++)
                held.Add(maps[i].data<float>().ToArray(), (int)maps.shape[1], model.ScoreWindow, views[i].Ignored);
            own.Add(held.Scores[^(1 + ViewsPerShot)]);
            shotDone(k + 1);
        }

        return new CalibrationResult(CalibrationRule.Line(held, count, support.LeavesOut), own);
    }

    /// <summary>The shot and mild views of it, each with its ignored pixels: they move with the picture, as a fourth channel.</summary>
    private static List<(Tensor Image, bool[]? Ignored)> ViewsOf(Tensor shot, bool[]? ignored, Random random)
    {
        if (ignored is null)
            return [(shot, null), .. Enumerable.Range(0, ViewsPerShot).Select(_ => (RandomViews.Of(shot, ViewRange.Mild, random), (bool[]?)null))];
        var side = shot.shape[2];
        var marked = cat([shot, tensor(ignored.Select(one => one ? 1f : 0f).ToArray(), device: shot.device).view(1, 1, side, side)], 1); // (1,4,S,S)
        var views = new List<(Tensor, bool[]?)> { (shot, ignored) };
        for (var i = 0; i < ViewsPerShot; i++)
        {
            var view = RandomViews.Of(marked, ViewRange.Mild, random); // (1,4,S,S)
            var mask = view[0, 3].contiguous().cpu().data<float>().ToArray(); // S·S
            views.Add((view.slice(1, 0, 3, 1).contiguous(), [.. mask.Select(value => value > 0.5f)]));
        }

        return views;
    }
}
