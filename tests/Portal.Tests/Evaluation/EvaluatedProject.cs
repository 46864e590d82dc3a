using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Evaluation;

/// <summary>A project with a model whose run is over: scores of labelled test images, and of its shots.</summary>
internal sealed record EvaluatedProject(ProjectId Project, TrainedModel Model, IReadOnlyList<ImageId> Shots, IReadOnlyList<InspectionImage> Images)
{
    /// <summary>By the line 1 and 2: of the good ones one is uncertain and one a false alarm; of the scratches one is uncertain and one missed.</summary>
    public static readonly (string Name, ImageLabel Label, string? Type, double Score)[] Usual =
    [
        ("good/0", ImageLabel.Normal, null, 0.2), ("good/1", ImageLabel.Normal, null, 0.9), ("good/2", ImageLabel.Normal, null, 1.5),
        ("good/3", ImageLabel.Normal, null, 2.1), ("scratch/0", ImageLabel.Defective, "scratch", 3), ("scratch/1", ImageLabel.Defective, "scratch", 1.2),
        ("scratch/2", ImageLabel.Defective, "scratch", 0.5), ("dent/0", ImageLabel.Defective, "dent", 4), ("unknown/0", ImageLabel.Unknown, null, 9),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<EvaluatedProject> CreateAsync(
        TeamAtWork team, IReadOnlyList<(string Name, ImageLabel Label, string? Type, double Score)> images, double[]? shotScores, bool over = true)
    {
        var project = await team.ProjectAsync();
        var shots = (await team.RowsAsync(project, [.. Enumerable.Range(0, shotScores?.Length ?? 2).Select(i => ($"shot {i}", ImageSplit.Support, ImageLabel.Normal))]))
            .Select(shot => shot.Id).ToList();
        var rows = await team.RowsAsync(project, [.. images.Select(image => (image.Name, ImageSplit.Test, image.Label))]);
        await using (var context = team.Open())
        {
            foreach (var row in await context.Images.Where(i => i.ProjectId == project && i.Label == ImageLabel.Defective).ToListAsync(Ct))
                Assert.True(row.Classify(row.Split, row.Label, images.Single(image => image.Name == row.Name).Type).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        var run = await team.RunAsync(project, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = shots.Count });
        var (model, _) = await team.ModelAsync(project, run, [.. rows.Zip(images, (row, image) => (row, image.Score))]);
        await using (var context = team.Open())
        {
            var row = await context.Models.SingleAsync(m => m.Id == model.Id, Ct);
            row.Rewrite(row.Bundle, row.BundleBytes, row.DataHash, row.Calibration, shotScores);
            row.Measure(new EvaluationMetrics(4, 4, 2, 0.75, 0.8, 0.7, 0.981, PixelAveragePrecision: 0.5, Aupro: 0.934));
            await context.SaveChangesAsync(Ct);
        }

        if (over)
        {
            await team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
            await team.WorkAsync(run, r => r.Succeed(r.QueuedAt));
        }

        return new EvaluatedProject(project, model, shots, rows);
    }

    /// <summary>The shots in the run's order, by name.</summary>
    public static double[] OddShot => [1, 1.1, 0.9, 5];
}
