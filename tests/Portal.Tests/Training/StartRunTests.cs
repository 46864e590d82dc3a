using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Training;

public sealed class StartRunTests(PortalHost host) : PortalTest(host)
{
    private static readonly TrainingRecipe Recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 };

    [Fact]
    public async Task The_snapshot_is_the_shots_and_the_test_set_by_name_and_nothing_unassigned()
    {
        var project = await Team.ProjectAsync();
        var rows = await Team.RowsAsync(
            project,
            ("d", ImageSplit.Test, ImageLabel.Unknown), ("c", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Test, ImageLabel.Defective),
            ("a", ImageSplit.Support, ImageLabel.Normal), ("e", ImageSplit.Unassigned, ImageLabel.Normal));
        var run = await Team.RunAsync(await Team.RunAsync(project, Recipe));
        Assert.Equal([rows[3].Id, rows[1].Id], run.Snapshot.Support);
        Assert.Equal([rows[2].Id, rows[0].Id], run.Snapshot.Test);
        Assert.Empty(run.Snapshot.TrainingCategories);
        Assert.Equal((Recipe, 1, RunStatus.Queued, Team.Engineer.User), (run.Recipe, run.Number, run.Status, run.StartedBy));
    }

    [Fact]
    public async Task Later_changes_of_the_project_do_not_reach_the_run()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var id = await Team.RunAsync(project, Recipe);
        var before = (await Team.RunAsync(id)).Snapshot;
        await Team.UploadAsync(project, "train/good/late.png");
        await Team.UploadAsync(project, "test/good/late.png");
        var after = (await Team.RunAsync(id)).Snapshot;
        Assert.Equal(before.Support, after.Support);
        Assert.Equal(before.Test, after.Test);
    }

    [Fact]
    public async Task The_seed_draws_the_shots()
    {
        var project = await Team.ProjectAsync();
        var pool = await Team.RowsAsync(project, [.. Enumerable.Range(0, 12).Select(i => ($"{i:00}", ImageSplit.Support, ImageLabel.Normal))]);
        var draws = new Dictionary<int, string>();
        for (var seed = 1; seed <= 5; seed++)
        {
            var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 4, Seed = seed };
            var first = (await Team.RunAsync(await Team.RunAsync(project, recipe))).Snapshot.Support;
            var again = (await Team.RunAsync(await Team.RunAsync(project, recipe))).Snapshot.Support;
            Assert.Equal(first, again);
            Assert.Equal(4, first.Distinct().Count());
            // In the order of the pool, so that the same shots are the same data.
            Assert.Equal(pool.Select(i => i.Id).Where(first.Contains), first);
            draws[seed] = string.Join(' ', first);
        }

        Assert.True(draws.Values.Distinct().Count() > 1, "Five seeds drew the same four of twelve shots.");
    }

    [Fact]
    public async Task Other_parts_to_learn_from_are_normal_images_of_the_own_team()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var good = await Team.ProjectAsync("B good");
        var rows = await Team.RowsAsync(
            good,
            ("2", ImageSplit.Support, ImageLabel.Normal), ("1", ImageSplit.Unassigned, ImageLabel.Normal), ("3", ImageSplit.Test, ImageLabel.Normal),
            ("4", ImageSplit.Unassigned, ImageLabel.Unknown), ("5", ImageSplit.Unassigned, ImageLabel.Defective));
        var first = await Team.ProjectAsync("A first");
        await Team.RowsAsync(first, ("1", ImageSplit.Support, ImageLabel.Normal), ("2", ImageSplit.Support, ImageLabel.Normal));
        await Team.RowsAsync(await Team.ProjectAsync("C has no pair"), ("1", ImageSplit.Support, ImageLabel.Normal));
        var archived = await Team.ProjectAsync("D archived");
        await Team.RowsAsync(archived, ("1", ImageSplit.Support, ImageLabel.Normal), ("2", ImageSplit.Support, ImageLabel.Normal));
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(archived, null, null, true), Ct)).Succeeded);
        var stranger = await NewTeamAsync();
        await stranger.RowsAsync(
            await stranger.ProjectAsync("A stranger's"), ("1", ImageSplit.Support, ImageLabel.Normal), ("2", ImageSplit.Support, ImageLabel.Normal));

        var categories = (await Team.RunAsync(await Team.RunAsync(project, Recipe))).Snapshot.TrainingCategories;

        Assert.Equal([(first, "A first"), (good, "B good")], categories.Select(c => (c.Project, c.Name)));
        Assert.Equal([rows[1].Id, rows[0].Id], categories[1].Images);
    }

    [Fact]
    public async Task Too_few_shots_start_nothing()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 3);
        var result = await Start(project, Recipe with { Shots = 4 });
        Assert.Equal(new NotEnoughShots(3, 4), result);
        await AssertNothingQueued();
    }

    [Fact]
    public async Task An_invalid_recipe_starts_nothing()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        Assert.Equal("epochs", Assert.IsType<InvalidRecipe>(await Start(project, Recipe with { Epochs = -1 })).Field);
        await AssertNothingQueued();
    }

    [Fact]
    public async Task An_archived_project_starts_nothing()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(project, null, null, true), Ct)).Succeeded);
        Assert.IsType<ProjectAlreadyArchived>(await Start(project, Recipe));
        await AssertNothingQueued();
    }

    [Fact]
    public async Task A_started_run_is_in_the_queue_once_and_runs_are_numbered_per_project()
    {
        var (one, two) = (await Team.ProjectAsync(), await Team.ProjectAsync());
        await Team.ShotsAsync(one, 2);
        await Team.ShotsAsync(two, 2);
        var runs = new[] { await Team.RunAsync(one), await Team.RunAsync(one), await Team.RunAsync(two) };
        Assert.Equal(runs, Host.Queue.EnqueuedBy(Team.Tenant));
        Assert.Equal([1, 2, 1], (await Task.WhenAll(runs.Select(Team.RunAsync))).Select(r => r.Number));
    }

    [Fact]
    public async Task Two_starts_at_once_take_two_numbers()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        // The handler asks for the time after it has looked for the next number.
        var clock = new InterruptingTime(() => Team.RunAsync(project));
        var late = await new StartRun(Host.Db, Host.Queue, Get<TeamQuotas>(), Get<RunTickets>(), clock).HandleAsync(Team.Engineer, new(project, Recipe, Again: true), Ct);
        Assert.Equal(2, (await Team.RunAsync(late.Value)).Number);
        Assert.Equal(2, Host.Queue.EnqueuedBy(Team.Tenant).Distinct().Count());
    }

    [Fact]
    public async Task The_same_recipe_on_the_same_images_is_refused_while_a_run_does_it()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var first = await Team.RunAsync(project, Recipe);
        Assert.Equal(new SameRunUnderWay(1, first), await Start(project, Recipe));
        await Team.WorkAsync(first, r => r.RequestPause(r.QueuedAt));
        Assert.IsType<SameRunUnderWay>(await Start(project, Recipe));
        // Another seed is another model; another image is other data.
        Assert.Null(await Start(project, Recipe with { Seed = 2 }));
        await Team.UploadAsync(project, "test/good/late.png");
        Assert.Null(await Start(project, Recipe));
        await Team.WorkAsync(first, r => r.RequestCancel(r.QueuedAt));
        Assert.Equal(3, (await Team.RunAsync(await Team.RunAsync(project, Recipe))).Number - 1);
    }

    [Fact]
    public async Task A_same_start_at_the_same_time_is_seen_as_well()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var clock = new InterruptingTime(() => Team.RunAsync(project, Recipe));
        var late = await new StartRun(Host.Db, Host.Queue, Get<TeamQuotas>(), Get<RunTickets>(), clock).HandleAsync(Team.Engineer, new(project, Recipe), Ct);
        Assert.IsType<SameRunUnderWay>(late.Error);
        Assert.Single(Host.Queue.EnqueuedBy(Team.Tenant));
    }

    [Fact]
    public async Task What_a_run_will_take_is_scaled_by_what_the_teams_last_runs_took()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var first = await Team.RunAsync(await Team.RunAsync(project, Recipe));
        Assert.True(first.GuessedSeconds > 0);
        Assert.Equal(first.GuessedSeconds, first.ExpectedSeconds);
        await Team.WorkAsync(first.Id, r => r.Claim("node", r.QueuedAt));
        await Team.WorkAsync(first.Id, r => r.Succeed(r.QueuedAt + TimeSpan.FromSeconds(3 * first.GuessedSeconds)));
        var second = await Team.RunAsync(await Team.RunAsync(project, Recipe));
        Assert.Equal(3 * second.GuessedSeconds, second.ExpectedSeconds, 1e-3);
    }

    private async Task<Domain.Common.Error?> Start(Domain.Common.ProjectId project, TrainingRecipe recipe) =>
        (await Get<StartRun>().HandleAsync(Team.Engineer, new(project, recipe), Ct)).Error;

    private async Task AssertNothingQueued()
    {
        await using var context = Team.Open();
        Assert.Equal(0, await context.Runs.CountAsync(Ct));
        Assert.Empty(Host.Queue.EnqueuedBy(Team.Tenant));
    }

    [Theory]
    [InlineData(DetectionMethod.RegAd, 1)]
    [InlineData(DetectionMethod.UniAd, 0)]
    [InlineData(DetectionMethod.PatchCore, 0)]
    public async Task Only_RegAD_learns_from_other_projects(DetectionMethod method, int expected)
    {
        await Team.ShotsAsync(await Team.ProjectAsync(), 2);
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var run = await Team.RunAsync(await Team.RunAsync(project, TrainingRecipe.For(TrainingPreset.Quick, method) with { Shots = 2 }));
        Assert.Equal(expected, run.Snapshot.TrainingCategories.Count);
    }
}
