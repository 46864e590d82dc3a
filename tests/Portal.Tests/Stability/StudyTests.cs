using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Tests.Stability;

/// <summary>A study from its plan to its end.</summary>
public sealed class StudyTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task A_plan_says_what_would_be_drawn_and_how_long_it_takes_and_starts_nothing()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var plan = (await Get<PlanStudy>().HandleAsync(Team.Viewer, new(made.Project, Sets: 4, Seeds: 2), Ct)).Value;
        Assert.Equal((8, 8, 0, 6, 4), (plan.Draw.Drawn.Design.Runs, plan.Draw.Drawn.Design.PoolGood, plan.Draw.Drawn.Design.PoolTest, plan.Draw.Drawn.Design.Good, plan.Draw.Drawn.Design.Defective));
        Assert.True(plan.RunSeconds > 0);
        Assert.Equal(8 * plan.RunSeconds, plan.Seconds);
        await using var context = Team.Open();
        Assert.Equal((0, 1), (await context.Studies.CountAsync(Ct), await context.Runs.CountAsync(Ct)));
    }

    [Fact]
    public async Task Every_set_is_queued_with_every_seed_on_the_same_test_images_none_of_which_is_a_shot()
    {
        var made = await StudiedProject.CreateAsync(Team, shots: 2, goodTest: 12);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 3, Seeds: 2), Ct)).Value;
        await using var context = Team.Open();
        var study = await context.Studies.SingleAsync(Ct);
        var runs = await context.Runs.Where(r => r.StudyId == id).OrderBy(r => r.Number).ToListAsync(Ct);
        Assert.Equal([(1, 5), (2, 5), (3, 5), (1, 6), (2, 6), (3, 6)], runs.Select(run => (run.StudySet!.Value, run.Recipe.Seed)));
        Assert.Equal([2, 3, 4, 5, 6, 7], runs.Select(run => run.Number));
        Assert.All(runs, run =>
        {
            Assert.Equal(study.Design.Sets.Single(set => set.Number == run.StudySet).Shots, run.Snapshot.Support);
            Assert.Equal(runs[0].Snapshot.Test, run.Snapshot.Test);
            Assert.Equal(study.Recipe with { Seed = run.Recipe.Seed }, run.Recipe);
            Assert.Equal((RunPriority.Low, DetectionMethod.PatchCore), (run.Priority, run.Recipe.Method));
            Assert.True(run.ExpectedSeconds > 0);
        });
        var shots = runs.SelectMany(run => run.Snapshot.Support).ToHashSet();
        Assert.DoesNotContain(runs[0].Snapshot.Test, shots.Contains);
        Assert.Equal(study.Design.Good + study.Design.Defective, runs[0].Snapshot.Test.Count);
        Assert.Equal(6, study.Design.PoolTest);
        Assert.Equal(runs.Select(run => run.Id), Host.Queue.EnqueuedBy(Team.Tenant).Skip(1));
    }

    [Fact]
    public async Task It_says_what_its_runs_have_measured_and_which_set_did_best()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 3, Seeds: 2), Ct)).Value;
        Assert.Equal((RunStatus.Queued, 0), await StandAsync(id));
        await StudiedProject.WorkAsync(Team, id, count: 4);
        var half = await ReadAsync(id);
        Assert.Equal((RunStatus.Running, 4, 6), (half.Status, half.Done, half.Runs.Count));
        Assert.Equal(80, half.SecondsLeft);
        Assert.Equal(4, half.Figures.Spreads[StudyMetric.ImageAuroc].Cells);
        await using (var context = Team.Open())
        {
            foreach (var run in await context.Runs.Where(r => r.StudyId == id && r.Status == RunStatus.Queued).ToListAsync(Ct))
            {
                Assert.True(run.Claim("node", run.QueuedAt).Succeeded);
                run.Measure(StudiedProject.Metrics with { ImageAuroc = 0.8 + (0.03 * run.StudySet!.Value) });
                Assert.True(run.Succeed(run.QueuedAt.AddSeconds(40)).Succeeded);
            }

            await context.SaveChangesAsync(Ct);
        }

        var whole = await ReadAsync(id);
        Assert.Equal((RunStatus.Succeeded, 3, 1), (whole.Status, whole.Figures.Best!.Set, whole.Figures.Worst!.Set));
        var spread = whole.Figures.Spreads[StudyMetric.ImageAuroc];
        // Sets 0.03 apart, seeds 0.01: means 0.835, 0.865, 0.895; within 3·2·0.005²/3 = 0.00005; (2·0.0009 − 0.00005)/2 = 0.000875.
        Assert.Equal(0.865, spread.Mean, 9);
        Assert.Equal(Math.Sqrt(0.000875), spread.SetDeviation!.Value, 9);
        Assert.Equal(Math.Sqrt(0.00005), spread.SeedDeviation!.Value, 9);
        Assert.Equal(0, whole.Figures.Spreads[StudyMetric.Aupro].SetDeviation!.Value, 9);
    }

    [Fact]
    public async Task The_same_key_gets_the_same_study_and_a_second_one_waits_for_its_end()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var request = new StartStudy.Request(made.Project, Sets: 2, Seeds: 1, Key: "one");
        var first = (await Get<StartStudy>().HandleAsync(Team.Engineer, request, Ct)).Value;
        Assert.Equal(first, (await Get<StartStudy>().HandleAsync(Team.Engineer, request, Ct)).Value);
        Assert.IsType<IdempotencyKeyReused>((await Get<StartStudy>().HandleAsync(Team.Engineer, request with { Sets = 3 }, Ct)).Error);
        Assert.IsType<StudyUnderWay>((await Get<StartStudy>().HandleAsync(Team.Engineer, request with { Key = "two" }, Ct)).Error);
        await StudiedProject.WorkAsync(Team, first);
        Assert.True((await Get<StartStudy>().HandleAsync(Team.Engineer, request with { Key = "two" }, Ct)).Succeeded);
    }

    [Fact]
    public async Task Of_many_requests_at_once_with_one_key_one_starts()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var started = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var scope = Host.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 2, Seeds: 1, Key: "same"), Ct);
        }));
        Assert.Single(started.Select(one => one.Value).Distinct());
        await using var context = Team.Open();
        Assert.Equal((1, 2), (await context.Studies.CountAsync(Ct), await context.Runs.CountAsync(r => r.StudyId != null, Ct)));
    }

    [Fact]
    public async Task A_cancelled_study_keeps_what_was_measured_and_goes_with_its_runs()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 3, Seeds: 1), Ct)).Value;
        await StudiedProject.WorkAsync(Team, id, count: 1);
        RunId running;
        await using (var context = Team.Open())
        {
            var next = await context.Runs.Where(r => r.StudyId == id && r.Status == RunStatus.Queued).OrderBy(r => r.Number).FirstAsync(Ct);
            Assert.True(next.Claim("node", next.QueuedAt).Succeeded);
            running = next.Id;
            await context.SaveChangesAsync(Ct);
        }

        Assert.IsType<StudyNotOver>((await Get<DeleteStudy>().HandleAsync(Team.Engineer, id, Ct)).Error);
        Assert.True((await Get<CancelStudy>().HandleAsync(Team.Engineer, id, Ct)).Succeeded);
        Assert.True(Host.Queue.WasSignalled(running));
        Assert.Equal((RunStatus.Running, 2), await StandAsync(id));
        await Team.WorkAsync(running, run => run.EndAsAsked(run.QueuedAt));
        Assert.Equal((RunStatus.Cancelled, 3), await StandAsync(id));
        Assert.Single((await ReadAsync(id)).Figures.Sets[0].Values[StudyMetric.ImageAuroc]);
        Assert.IsType<StudyIsOver>((await Get<CancelStudy>().HandleAsync(Team.Engineer, id, Ct)).Error);
        Assert.IsType<RunOfStudy>((await Get<DeleteRun>().HandleAsync(Team.Engineer, running, null, Ct)).Error);
        Assert.True((await Get<DeleteStudy>().HandleAsync(Team.Engineer, id, Ct)).Succeeded);
        await using var after = Team.Open();
        Assert.Equal((0, 1), (await after.Studies.CountAsync(Ct), await after.Runs.CountAsync(Ct)));
    }

    [Fact]
    public async Task A_failed_run_is_resumed_like_any_other_and_the_study_goes_on()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 2, Seeds: 1), Ct)).Value;
        await StudiedProject.WorkAsync(Team, id, fail: 1);
        var failed = await ReadAsync(id);
        Assert.Equal((RunStatus.Failed, 1), (failed.Status, failed.Figures.Spreads[StudyMetric.ImageAuroc].Cells));
        var run = failed.Runs.Single(r => r.Status == RunStatus.Failed).Id;
        Assert.True((await Get<ResumeRun>().HandleAsync(Team.Engineer, run, Ct)).Succeeded);
        Assert.Equal(RunStatus.Running, (await ReadAsync(id)).Status);
    }

    [Fact]
    public async Task Its_runs_are_in_no_list_of_runs_and_count_for_no_estimate()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var before = (await Get<PlanStudy>().HandleAsync(Team.Viewer, new(made.Project), Ct)).Value.RunSeconds;
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 2, Seeds: 1), Ct)).Value;
        await StudiedProject.WorkAsync(Team, id);
        Assert.Equal([1], (await Get<ListRuns>().HandleAsync(Team.Viewer, made.Project, 20, Ct)).Select(run => run.Number));
        Assert.Equal([1], (await Get<ListRuns>().PageAsync(Team.Viewer, new(made.Project, null, 20), Ct)).Value.Select(state => state.Run.Number));
        Assert.Equal(before, (await Get<PlanStudy>().HandleAsync(Team.Viewer, new(made.Project), Ct)).Value.RunSeconds);
        Assert.Equal(id, (await Get<GetRunState>().HandleAsync(Team.Viewer, (await ReadAsync(id)).Runs[0].Id, Ct)).Value.Run.Study);
    }

    [Fact]
    public async Task All_of_its_runs_must_find_room_in_the_queue()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var options = Host.Services.GetRequiredService<IOptionsMonitor<QuotaOptions>>().CurrentValue;
        options.Teams = new(options.Teams) { [Team.Tenant.Value] = new QuotaOptions { QueuedRuns = 5 } };
        var refused = await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 3, Seeds: 2), Ct);
        Assert.Equal(new NoRoomForRuns(5, 0, 6), refused.Error);
        Assert.True((await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 2, Seeds: 2), Ct)).Succeeded);
    }

    [Fact]
    public async Task Shots_of_a_set_become_the_projects_and_the_others_stay_unassigned()
    {
        var made = await StudiedProject.CreateAsync(Team, shots: 3, goodTest: 12);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 4, Seeds: 1, FromTest: true), Ct)).Value;
        var study = (await ReadAsync(id)).Study;
        var set = study.Design.Sets.First(one => one.Shots.Any(made.GoodTest.Contains));
        Assert.IsType<NoSuchStudySet>((await Get<UseStudyShots>().HandleAsync(Team.Engineer, new(id, 9), Ct)).Error);
        Assert.True((await Get<UseStudyShots>().HandleAsync(Team.Engineer, new(id, set.Number), Ct)).Succeeded);
        await using var context = Team.Open();
        var support = await context.Images.Where(i => i.ProjectId == made.Project && i.Split == ImageSplit.Support).Select(i => i.Id).ToListAsync(Ct);
        Assert.Equal(set.Shots.ToHashSet(), support.ToHashSet());
        Assert.Equal(made.Shots.Except(set.Shots).Count(), await context.Images.CountAsync(i => i.ProjectId == made.Project && i.Split == ImageSplit.Unassigned && i.Label == ImageLabel.Normal, Ct));
    }

    [Fact]
    public async Task A_set_with_a_deleted_shot_is_not_used_in_part()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 2, Seeds: 1), Ct)).Value;
        var shot = (await ReadAsync(id)).Study.Design.Sets[0].Shots[0];
        Assert.False((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(made.Project, [shot]), Ct)).Succeeded);
        await StudiedProject.WorkAsync(Team, id);
        Assert.True((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(made.Project, [shot]), Ct)).Succeeded);
        Assert.IsType<UseStudyShots.ShotOfSetDeleted>((await Get<UseStudyShots>().HandleAsync(Team.Engineer, new(id, 1), Ct)).Error);
    }

    [Fact]
    public async Task Without_a_model_of_the_project_or_enough_images_it_says_what_is_missing()
    {
        var empty = await Team.ProjectAsync();
        Assert.IsType<NoModelToStudy>((await Get<StartStudy>().HandleAsync(Team.Engineer, new(empty), Ct)).Error);
        var made = await StudiedProject.CreateAsync(Team, defective: 1);
        Assert.IsType<ModelNotFound>((await Get<StartStudy>().HandleAsync(Team.Engineer, new(empty, made.Model.Id), Ct)).Error);
        Assert.IsType<TooFewToScore>((await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project), Ct)).Error);
        Assert.IsType<InvalidStudySize>((await Get<PlanStudy>().HandleAsync(Team.Viewer, new(made.Project, Sets: 1), Ct)).Error);
        Assert.Equal(ErrorKind.Forbidden, (await Get<StartStudy>().HandleAsync(Team.Viewer, new(made.Project), Ct)).Error!.Kind);
    }

    [Fact]
    public async Task A_study_of_regad_learns_registration_on_the_same_other_parts_in_every_run()
    {
        var other = await Team.ProjectAsync();
        await Team.RowsAsync(other, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        var project = (await StudiedProject.CreateAsync(Team)).Project;
        var run = await Team.RunAsync(project, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 4 });
        var (model, _) = await Team.ModelAsync(project, run, []);
        var id = (await Get<StartStudy>().HandleAsync(Team.Engineer, new(project, model.Id, Sets: 2, Seeds: 1), Ct)).Value;
        await using var context = Team.Open();
        var runs = await context.Runs.Where(r => r.StudyId == id).ToListAsync(Ct);
        Assert.All(runs, one => Assert.Equal((other, 2, 4), (one.Snapshot.TrainingCategories.Single().Project, one.Snapshot.TrainingCategories.Single().Images.Count, one.Snapshot.Support.Count)));
        Assert.All(runs, one => Assert.NotNull(one.Recipe.Adversarial));
    }

    private async Task<StudyState> ReadAsync(StudyId id) => (await Get<GetStudy>().HandleAsync(Team.Viewer, id, Ct)).Value;

    private async Task<(RunStatus Status, int Done)> StandAsync(StudyId id)
    {
        var state = await ReadAsync(id);
        return (state.Status, state.Done);
    }
}
