using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Imaging.Samples;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Projects;

public sealed class ProjectUseCaseTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task A_created_project_is_found_with_its_counts()
    {
        var created = await Get<CreateProject>().HandleAsync(Team.Engineer, new("  Flange ", " Left side "), Ct);
        await Team.RowsAsync(
            created.Value,
            ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Test, ImageLabel.Unknown), ("c", ImageSplit.Test, ImageLabel.Normal),
            ("d", ImageSplit.Unassigned, ImageLabel.Unknown));
        var answer = (await Get<GetProject>().HandleAsync(Team.Viewer, created.Value, Ct)).Value;
        Assert.Equal(("Flange", "Left side"), (answer.Project.Name, answer.Project.Description));
        Assert.Equal((1, 2, 1, 4), (answer.Shots, answer.TestImages, answer.Unassigned, answer.Images));
        Assert.Null(answer.LatestModel);
    }

    [Theory]
    [InlineData("Flange")]
    [InlineData("  Flange  ")]
    public async Task A_name_is_taken_once_in_a_team(string again)
    {
        await Team.ProjectAsync("Flange");
        Assert.IsType<ProjectNameTaken>((await Get<CreateProject>().HandleAsync(Team.Engineer, new(again, null), Ct)).Error);
    }

    [Fact]
    public async Task An_invalid_name_makes_no_project()
    {
        Assert.IsType<InvalidProjectName>((await Get<CreateProject>().HandleAsync(Team.Engineer, new(" ", null), Ct)).Error);
        Assert.Empty(await Get<ListProjects>().HandleAsync(Team.Viewer, archived: false, Ct));
    }

    [Fact]
    public async Task A_project_is_renamed_and_keeps_what_is_not_said()
    {
        var project = (await Get<CreateProject>().HandleAsync(Team.Engineer, new("Flange", "Left"), Ct)).Value;
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(project, "Cover", null, null), Ct)).Succeeded);
        var answer = (await Get<GetProject>().HandleAsync(Team.Viewer, project, Ct)).Value;
        Assert.Equal(("Cover", "Left"), (answer.Project.Name, answer.Project.Description));
    }

    [Fact]
    public async Task A_project_may_keep_its_own_name_but_not_take_anothers()
    {
        var (flange, cover) = (await Team.ProjectAsync("Flange"), await Team.ProjectAsync("Cover"));
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(flange, "Flange", "new", null), Ct)).Succeeded);
        Assert.IsType<ProjectNameTaken>((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(cover, "Flange", null, null), Ct)).Error);
        Assert.Equal("Cover", (await Get<GetProject>().HandleAsync(Team.Viewer, cover, Ct)).Value.Project.Name);
    }

    [Fact]
    public async Task A_name_that_is_taken_between_the_look_and_the_write_is_an_answer_and_no_crash()
    {
        var project = await Team.ProjectAsync("Flange");
        // The handler asks for the time after it has looked for the name.
        var clock = new InterruptingTime(() => Team.ProjectAsync("Cover"));
        var change = new ChangeProject(Host.Db, clock);
        Assert.IsType<ProjectNameTaken>((await change.HandleAsync(Team.Engineer, new(project, "Cover", null, true), Ct)).Error);
        Assert.Equal("Flange", (await Get<GetProject>().HandleAsync(Team.Viewer, project, Ct)).Value.Project.Name);
    }

    [Fact]
    public async Task An_archived_project_leaves_the_list_and_comes_back()
    {
        var project = await Team.ProjectAsync();
        var (change, list) = (Get<ChangeProject>(), Get<ListProjects>());
        Assert.True((await change.HandleAsync(Team.Engineer, new(project, null, null, true), Ct)).Succeeded);
        Assert.IsType<ProjectAlreadyArchived>((await change.HandleAsync(Team.Engineer, new(project, null, null, true), Ct)).Error);
        Assert.Empty(await list.HandleAsync(Team.Viewer, archived: false, Ct));
        Assert.Equal(project, Assert.Single(await list.HandleAsync(Team.Viewer, archived: true, Ct)).Id);
        Assert.True((await change.HandleAsync(Team.Engineer, new(project, null, null, false), Ct)).Succeeded);
        Assert.Single(await list.HandleAsync(Team.Viewer, archived: false, Ct));
    }

    [Fact]
    public async Task A_refused_archive_renames_nothing()
    {
        var project = await Team.ProjectAsync("Flange");
        Assert.IsType<ProjectNotArchived>((await Get<ChangeProject>().HandleAsync(Team.Engineer, new(project, "Cover", null, false), Ct)).Error);
        Assert.Equal("Flange", (await Get<GetProject>().HandleAsync(Team.Viewer, project, Ct)).Value.Project.Name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("flange")]
    public async Task Deleting_asks_for_the_name_as_it_is(string? typed)
    {
        var project = await Team.ProjectAsync("Flange");
        Assert.IsType<DeleteProject.NameMismatch>((await Get<DeleteProject>().HandleAsync(Team.Owner, new(project, typed), Ct)).Error);
        Assert.Single(await Get<ListProjects>().HandleAsync(Team.Viewer, archived: false, Ct));
    }

    [Fact]
    public async Task Deleting_takes_everything_of_the_project_and_nothing_else()
    {
        var other = await Seed.FullProjectAsync(Team, Ct);
        var rest = await TenantRows.DescribeAsync(Team, Ct, but: typeof(AuditEntry));
        var project = await Team.ProjectAsync("Flange");
        await Team.ShotsAsync(project, 2);
        var image = (await Team.RowsAsync(project, ("t", ImageSplit.Test, ImageLabel.Unknown)))[0];
        var run = await Team.RunAsync(project);
        await Team.ModelAsync(project, run, [(image, 1)]);
        await Team.WorkAsync(run, r => r.RequestCancel(r.QueuedAt));

        Assert.True((await Get<DeleteProject>().HandleAsync(Team.Owner, new(project, "Flange"), Ct)).Succeeded);

        Assert.Equal(rest, await TenantRows.DescribeAsync(Team, Ct, but: typeof(AuditEntry)));
        Assert.True((await Get<GetProject>().HandleAsync(Team.Viewer, other.Project, Ct)).Succeeded);
    }

    [Fact]
    public async Task A_project_with_a_waiting_run_is_not_deleted()
    {
        var project = await Team.ProjectAsync("Flange");
        await Team.ShotsAsync(project, 2);
        var run = await Team.RunAsync(project);
        Assert.IsType<DeleteProject.StillTraining>((await Get<DeleteProject>().HandleAsync(Team.Owner, new(project, "Flange"), Ct)).Error);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        Assert.IsType<DeleteProject.StillTraining>((await Get<DeleteProject>().HandleAsync(Team.Owner, new(project, "Flange"), Ct)).Error);
    }

    [Fact]
    public async Task A_project_that_a_waiting_run_learns_from_is_not_deleted_until_the_run_ends()
    {
        var (learner, source) = (await Team.ProjectAsync(), await Team.ProjectAsync("Source"));
        await Team.ShotsAsync(learner, 2);
        await Team.ShotsAsync(source, 2);
        var run = await Team.RunAsync(learner);
        Assert.IsType<DeleteProject.StillLearnedFrom>((await Get<DeleteProject>().HandleAsync(Team.Owner, new(source, "Source"), Ct)).Error);
        await Team.WorkAsync(run, r => r.RequestCancel(r.QueuedAt));
        Assert.True((await Get<DeleteProject>().HandleAsync(Team.Owner, new(source, "Source"), Ct)).Succeeded);
    }

    [Fact]
    public async Task The_samples_are_not_drawn_over_a_project_of_their_name()
    {
        await Team.ProjectAsync(SamplePart.All[^1].Name);
        var result = await Get<SampleProjects>().HandleAsync(Team.Engineer, new Progress<SampleProjects.Progress>(), Ct);
        Assert.IsType<ProjectNameTaken>(result.Error);
        await using var context = Team.Open();
        Assert.Equal(1, await context.Projects.CountAsync(Ct));
    }

    [Fact]
    public async Task Samples_that_were_stopped_half_way_are_drawn_to_the_end_once()
    {
        var samples = Get<SampleProjects>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => samples.HandleAsync(Team.Engineer, new StopAfter(5, stop), stop.Token));
        Assert.True((await samples.HandleAsync(Team.Engineer, new Progress<SampleProjects.Progress>(), Ct)).Succeeded);
        await using var context = Team.Open();
        Assert.Equal(SamplePart.All.Sum(part => part.ImageCount), await context.Images.CountAsync(Ct));
        Assert.Equal(SamplePart.All.Count, await context.Projects.CountAsync(Ct));
        var again = await samples.HandleAsync(Team.Engineer, new Progress<SampleProjects.Progress>(), Ct);
        Assert.IsType<SampleProjects.AlreadyThere>(again.Error);
    }

    private sealed class StopAfter(int images, CancellationTokenSource stop) : IProgress<SampleProjects.Progress>
    {
        public void Report(SampleProjects.Progress value)
        {
            if (value.Done == images)
                stop.Cancel();
        }
    }

    [Fact]
    public async Task A_card_shows_counts_latest_model_last_run_and_cover()
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var card = Assert.Single(await Get<ListProjects>().HandleAsync(Team.Viewer, archived: false, Ct), project => project.Id == keys.Project);
        Assert.Equal((2, 1, 1), (card.Shots, card.TestImages, card.ModelVersion));
        Assert.Equal(Domain.Training.RunStatus.Failed, card.LastRun);
        Assert.Equal(ImageSplit.Support, (await Team.ImageAsync(card.Cover!.Value)).Split);
    }
}
