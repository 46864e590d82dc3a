using FewShotAD.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Support;

internal static class Seed
{
    /// <summary>A project with two shots, a scored test image, and a run that is over.</summary>
    public static async Task<Keys> FullProjectAsync(TeamAtWork team, CancellationToken ct)
    {
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var image = await team.ImageAsync(await team.UploadAsync(project, "test/scratch/000.png"));
        var run = await team.RunAsync(project);
        var (model, results) = await team.ModelAsync(project, run, [(image, 1.5)]);
        await team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        await using var context = team.Open();
        Assert.Equal(1, await context.Images.CountAsync(i => i.ProjectId == project && i.Split == ImageSplit.Test, ct));
        return new Keys(project, image.Id, run, model.Id, results[0].Id, model, results[0]);
    }
}
