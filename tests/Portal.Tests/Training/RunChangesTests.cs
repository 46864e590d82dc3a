using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Training;

public sealed class RunChangesTests(PortalHost host) : PortalTest(host)
{
    private ProjectId project;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
    }

    [Fact]
    public async Task A_queued_run_is_cancelled_at_once()
    {
        var run = await Team.RunAsync(project);
        Assert.True((await Get<CancelRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.Equal(RunStatus.Cancelled, (await Team.RunAsync(run)).Status);
        Assert.IsType<RunNotRunning>((await Get<CancelRun>().HandleAsync(Team.Engineer, run, Ct)).Error);
    }

    [Fact]
    public async Task The_worker_of_a_running_run_is_asked_to_stop()
    {
        var run = await Team.RunAsync(project);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        Assert.True((await Get<CancelRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        var row = await Team.RunAsync(run);
        Assert.Equal((RunStatus.Running, true), (row.Status, row.CancelRequested));
        Assert.True(Host.Queue.WasSignalled(run));
    }

    [Fact]
    public async Task A_cancel_that_loses_against_the_workers_progress_is_tried_again()
    {
        var run = await Team.RunAsync(project);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        // The handler asks for the time after it has read the row.
        var clock = new InterruptingTime(() => Team.WorkAsync(run, r =>
        {
            r.Apply(new WorkerMessage.Progress(0.5, 10));
            return Result.Ok;
        }));
        Assert.True((await new CancelRun(Host.Db, Host.Queue, Get<RunEvents>(), clock).HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        var row = await Team.RunAsync(run);
        Assert.Equal((true, 0.5), (row.CancelRequested, row.Progress));
    }

    [Fact]
    public async Task A_failed_run_is_put_back_into_the_queue()
    {
        var run = await Team.RunAsync(project);
        await Team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        Assert.True((await Get<ResumeRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.Equal(RunStatus.Queued, (await Team.RunAsync(run)).Status);
        Assert.Equal([run, run], Host.Queue.EnqueuedBy(Team.Tenant));
        Assert.IsType<RunNotResumable>((await Get<ResumeRun>().HandleAsync(Team.Engineer, run, Ct)).Error);
        Assert.Equal([run, run], Host.Queue.EnqueuedBy(Team.Tenant));
    }

    [Fact]
    public async Task A_run_is_deleted_once_it_is_over_with_its_model_and_results()
    {
        var keys = await Seed.FullProjectAsync(await NewTeamAsync(), Ct);
        var run = await Team.RunAsync(project);
        var delete = Get<DeleteRun>();
        Assert.IsType<DeleteRun.RunNotOver>((await delete.HandleAsync(Team.Engineer, run, expected: null, Ct)).Error);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        Assert.IsType<DeleteRun.RunNotOver>((await delete.HandleAsync(Team.Engineer, run, expected: null, Ct)).Error);
        var image = (await Team.RowsAsync(project, ("t", Domain.Images.ImageSplit.Test, Domain.Images.ImageLabel.Unknown)))[0];
        await Team.ModelAsync(project, run, [(image, 1)]);
        await Team.WorkAsync(run, r => r.Succeed(r.QueuedAt));

        Assert.True((await delete.HandleAsync(Team.Engineer, run, expected: null, Ct)).Succeeded);

        await using var context = Team.Open();
        Assert.Equal((0, 0, 0), (await context.Runs.CountAsync(Ct), await context.Models.CountAsync(Ct), await context.Results.CountAsync(Ct)));
        Assert.Equal(3, await context.Images.CountAsync(Ct));
        Assert.IsType<RunNotFound>((await delete.HandleAsync(Team.Engineer, keys.Run, expected: null, Ct)).Error);
    }

    [Fact]
    public async Task A_paused_run_keeps_its_images_and_is_resumed_into_the_queue()
    {
        var run = await Team.RunAsync(project);
        Assert.True((await Get<PauseRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.Equal(RunStatus.Paused, (await Team.RunAsync(run)).Status);
        Assert.IsType<RunNotPausable>((await Get<PauseRun>().HandleAsync(Team.Engineer, run, Ct)).Error);
        Assert.IsType<DeleteRun.RunNotOver>((await Get<DeleteRun>().HandleAsync(Team.Engineer, run, expected: null, Ct)).Error);
        var shot = (await Team.RunAsync(run)).Snapshot.Support[0];
        Assert.False((await Get<Features.Images.DeleteImages>().HandleAsync(Team.Engineer, new(project, [shot]), Ct)).Succeeded);
        Assert.True((await Get<ResumeRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.Equal(RunStatus.Queued, (await Team.RunAsync(run)).Status);
        Assert.Equal([run, run], Host.Queue.EnqueuedBy(Team.Tenant));
    }

    [Fact]
    public async Task The_worker_of_a_run_that_is_paused_is_asked_to_stop_and_who_asked_is_in_the_history()
    {
        var run = await Team.RunAsync(project);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        Assert.True((await Get<PauseRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.True(Host.Queue.WasSignalled(run));
        await Team.WorkAsync(run, r => r.EndAsAsked(r.QueuedAt));
        var got = (await Get<GetRun>().HandleAsync(Team.Viewer, run, Ct)).Value;
        Assert.Equal(
            [RunMomentKind.Queued, RunMomentKind.Started, RunMomentKind.PauseRequested, RunMomentKind.Paused],
            got.History.Select(m => m.Moment.Kind));
        Assert.Equal(Team.Engineer.User, got.History[2].Moment.By);
        Assert.Null(got.Place);
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_and_by_project()
    {
        var other = await Team.ProjectAsync();
        await Team.ShotsAsync(other, 2, "train/good/");
        var runs = new List<RunId>();
        foreach (var owner in new[] { project, other, project })
        {
            runs.Add(await Team.RunAsync(owner));
            Host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var list = Get<ListRuns>();
        Assert.Equal([runs[2], runs[1], runs[0]], (await list.HandleAsync(Team.Viewer, null, 10, Ct)).Select(r => r.Id));
        Assert.Equal([runs[2], runs[0]], (await list.HandleAsync(Team.Viewer, project, 10, Ct)).Select(r => r.Id));
        Assert.Equal([runs[2]], (await list.HandleAsync(Team.Viewer, null, 1, Ct)).Select(r => r.Id));
    }
}
