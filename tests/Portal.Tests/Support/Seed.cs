using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Support;

internal static class Seed
{
    /// <summary>A project with two shots, a scored test image, and a run and a batch that are over.</summary>
    public static async Task<Keys> FullProjectAsync(TeamAtWork team, CancellationToken ct)
    {
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var image = await team.ImageAsync(await team.UploadAsync(project, "test/scratch/000.png"));
        var run = await team.RunAsync(project);
        var (model, results) = await team.ModelAsync(project, run, [(image, 1.5)]);
        await team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        await using var context = team.Open();
        Assert.Equal(1, await context.Images.CountAsync(i => i.Split == ImageSplit.Test, ct));
        var batch = ScoringBatch.Queue(model, [image.Id], team.Owner.User, model.CreatedAt).Value;
        Assert.True(batch.RequestCancel(model.CreatedAt).Succeeded);
        context.ScoringBatches.Add(batch);
        await context.SaveChangesAsync(ct);
        return new Keys(project, image.Id, run, model.Id, results[0].Id, model, results[0], batch.Id);
    }
}
