using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>A version that something refers to stays, and whoever wants it gone is told what to do.</summary>
public sealed class DeleteModelTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task A_version_goes_with_its_results_and_its_run_and_number_stay()
    {
        var made = await EndedAsync();
        Assert.True((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
        await using var context = Team.Open();
        Assert.False(await context.Models.AnyAsync(m => m.ProjectId == made.Project, Ct));
        Assert.False(await context.Results.AnyAsync(r => r.ProjectId == made.Project, Ct));
        Assert.Equal(RunStatus.Succeeded, (await Team.RunAsync(made.Model.RunId)).Status);
        var (next, _) = await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), []);
        Assert.Equal(2, next.Version);
    }

    [Fact]
    public async Task The_published_one_stays()
    {
        var made = await EndedAsync();
        Assert.True((await Get<PublishModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
        await RefusedAsync<ModelIsPublished>(made.Model);
        Assert.True((await Get<UnpublishModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
        Assert.True((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
        // What happened is still told, and there is no way back to it.
        Assert.Equal(2, (await Get<ListPublications>().HandleAsync(Team.Viewer, new(made.Project), Ct)).Value.Count);
        Assert.IsType<NothingToRollBackTo>((await Get<RollBackModel>().HandleAsync(Team.Engineer, new(made.Project), Ct)).Error);
    }

    [Fact]
    public async Task One_that_waits_for_approval_stays()
    {
        var made = await EndedAsync();
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Owner, new(made.Project, null, null, null, ApprovalNeeded: true), Ct)).Succeeded);
        var asked = (await Get<AskToPublish>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Value;
        await RefusedAsync<ModelAwaitsApproval>(made.Model);
        Assert.True((await Get<WithdrawPublish>().HandleAsync(Team.Engineer, asked, Ct)).Succeeded);
        Assert.True((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
    }

    [Fact]
    public async Task One_whose_run_or_batch_is_under_way_stays()
    {
        var made = await LinedProject.CreateAsync(Team);
        Assert.IsType<ModelStillWritten>((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Error);
        await Team.WorkAsync(made.Model.RunId, run => run.Claim("node", run.QueuedAt));
        await Team.WorkAsync(made.Model.RunId, run => run.Succeed(run.QueuedAt));
        await using (var context = Team.Open())
        {
            context.ScoringBatches.Add(ScoringBatch.Queue(made.Model, [made.Images[0].Id], Team.Owner.User, Host.Time.Now).Value);
            await context.SaveChangesAsync(Ct);
        }

        await RefusedAsync<ModelScores>(made.Model);
    }

    [Fact]
    public async Task The_newest_challenger_of_a_schedule_stays_and_an_older_one_goes()
    {
        var made = await EndedAsync();
        var (later, _) = await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), []);
        await EndAsync(later.RunId);
        await using (var context = Team.Open())
        {
            var project = await context.Projects.SingleAsync(p => p.Id == made.Project, Ct);
            var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 };
            var schedule = Schedule.Create(project, "Mondays", new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * 1"), recipe, TimeZoneInfo.Utc, Team.Owner.User, Host.Time.Now).Value;
            context.Add(schedule);
            foreach (var model in new[] { made.Model, later })
            {
                var run = await context.Runs.SingleAsync(r => r.Id == model.RunId, Ct);
                context.Add(schedule.Occur(Host.Time.Now, "Due", run, "Challenger", TimeZoneInfo.Utc, Host.Time.Now));
            }

            await context.SaveChangesAsync(Ct);
        }

        await RefusedAsync<ModelIsChallenger>(later);
        Assert.True((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(made.Model.Id), Ct)).Succeeded);
    }

    /// <summary>By both doors: with its run it would go as well.</summary>
    private async Task RefusedAsync<TError>(TrainedModel model)
        where TError : Error
    {
        var refused = Assert.IsType<TError>((await Get<DeleteModel>().HandleAsync(Team.Engineer, new(model.Id), Ct)).Error);
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.IsType<TError>((await Get<DeleteRun>().HandleAsync(Team.Engineer, model.RunId, null, Ct)).Error);
        await using var context = Team.Open();
        Assert.True(await context.Models.AnyAsync(m => m.Id == model.Id, Ct));
    }

    private async Task<LinedProject> EndedAsync()
    {
        var made = await LinedProject.CreateAsync(Team);
        await EndAsync(made.Model.RunId);
        return made;
    }

    private async Task EndAsync(RunId id)
    {
        await Team.WorkAsync(id, run => run.Claim("node", run.QueuedAt));
        await Team.WorkAsync(id, run => run.Succeed(run.QueuedAt));
    }
}
