using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Stability;

/// <summary>A project whose model's recipe can be studied: shots, good and defective test images, and a model of a PatchCore run that is over.</summary>
internal sealed record StudiedProject(ProjectId Project, TrainedModel Model, IReadOnlyList<ImageId> Shots, IReadOnlyList<ImageId> GoodTest)
{
    public static readonly EvaluationMetrics Metrics = new(6, 4, 4, 0.9, 0.9, 0.85, 0.97, Aupro: 0.8);

    private static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    public static async Task<StudiedProject> CreateAsync(TeamAtWork team, int shots = 8, int goodTest = 6, int defective = 4)
    {
        var project = await team.ProjectAsync();
        async Task<List<ImageId>> Rows(int count, string name, ImageSplit split, ImageLabel label) =>
            [.. (await team.RowsAsync(project, [.. Enumerable.Range(0, count).Select(i => ($"{name} {i}", split, label))])).Select(image => image.Id)];
        var support = await Rows(shots, "shot", ImageSplit.Support, ImageLabel.Normal);
        var good = await Rows(goodTest, "good", ImageSplit.Test, ImageLabel.Normal);
        await Rows(defective, "scratch", ImageSplit.Test, ImageLabel.Defective);
        await Rows(1, "unlabelled", ImageSplit.Test, ImageLabel.Unknown);
        var run = await team.RunAsync(project, TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2, Seed = 5 });
        var (model, _) = await team.ModelAsync(project, run, []);
        await team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        await team.WorkAsync(run, r => r.Succeed(r.QueuedAt));
        return new StudiedProject(project, model, support, good);
    }

    /// <summary>Does to the runs of a study what their worker would: set 1 does worst, the last one best.</summary>
    /// <param name="count">How many runs, in the queue's order.</param>
    public static async Task WorkAsync(TeamAtWork team, StudyId study, int count = int.MaxValue, int fail = 0)
    {
        await using var context = team.Open();
        var runs = await context.Runs.Where(r => r.StudyId == study).OrderBy(r => r.Number).ToListAsync(Ct);
        foreach (var (run, i) in runs.Take(count).Select((run, i) => (run, i)))
        {
            Assert.True(run.Claim("node", run.QueuedAt).Succeeded);
            if (i < fail)
            {
                Assert.True(run.Fail("The image is black. Upload another.", null, run.QueuedAt).Succeeded);
                continue;
            }

            run.Measure(Metrics with { ImageAuroc = 0.8 + (0.03 * run.StudySet!.Value) + (run.Recipe.Seed % 2 * 0.01) });
            Assert.True(run.Succeed(run.QueuedAt.AddSeconds(40)).Succeeded);
        }

        await context.SaveChangesAsync(Ct);
    }
}

/// <summary>What a page with studies on it asks of its services.</summary>
internal static class StudyServices
{
    public static void AddTo(BunitContext context, PortalHost host)
    {
        foreach (var service in new[] { typeof(IRunQueue), typeof(RunQueueView), typeof(TeamQuotas), typeof(RunTickets), typeof(RunEvents) })
            context.Services.AddSingleton(service, host.Services.GetRequiredService(service));
        foreach (var handler in new[] { typeof(PlanStudy), typeof(StartStudy), typeof(GetStudy), typeof(ListStudies), typeof(CancelStudy), typeof(DeleteStudy), typeof(UseStudyShots) })
            context.Services.AddScoped(handler);
    }
}
