using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Images;

public sealed class ChangeImagesTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task All_images_are_classified_and_keep_what_is_not_said()
    {
        var project = await Team.ProjectAsync();
        var rows = await Team.RowsAsync(project, ("a", ImageSplit.Unassigned, ImageLabel.Normal), ("b", ImageSplit.Unassigned, ImageLabel.Defective));
        Assert.True((await Classify(project, rows, ImageSplit.Test, null)).Succeeded);
        var (a, b) = (await Team.ImageAsync(rows[0].Id), await Team.ImageAsync(rows[1].Id));
        Assert.Equal((ImageSplit.Test, ImageLabel.Normal), (a.Split, a.Label));
        Assert.Equal((ImageSplit.Test, ImageLabel.Defective), (b.Split, b.Label));
    }

    [Fact]
    public async Task One_image_that_refuses_leaves_all_as_they_were()
    {
        var project = await Team.ProjectAsync();
        var rows = await Team.RowsAsync(
            project, ("a", ImageSplit.Unassigned, ImageLabel.Normal), ("b", ImageSplit.Test, ImageLabel.Defective), ("c", ImageSplit.Test, ImageLabel.Unknown));
        var before = await TenantRows.DescribeAsync(Team, Ct);
        Assert.IsType<SupportShotMustBeNormal>((await Classify(project, rows, ImageSplit.Support, null)).Error);
        Assert.Equal(before, await TenantRows.DescribeAsync(Team, Ct));
    }

    [Fact]
    public async Task One_image_that_is_not_in_the_project_leaves_all_as_they_were()
    {
        var project = await Team.ProjectAsync();
        var rows = await Team.RowsAsync(project, ("a", ImageSplit.Unassigned, ImageLabel.Normal));
        var strange = await Team.RowsAsync(await Team.ProjectAsync(), ("b", ImageSplit.Unassigned, ImageLabel.Normal));
        var before = await TenantRows.DescribeAsync(Team, Ct);
        Assert.IsType<ImageNotFound>((await Classify(project, [.. rows, .. strange], ImageSplit.Test, null)).Error);
        Assert.IsType<ImageNotFound>((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(project, [rows[0].Id, strange[0].Id]), Ct)).Error);
        Assert.Equal(before, await TenantRows.DescribeAsync(Team, Ct));
    }

    [Fact]
    public async Task An_image_named_twice_is_changed_once()
    {
        var project = await Team.ProjectAsync();
        var rows = await Team.RowsAsync(project, ("a", ImageSplit.Unassigned, ImageLabel.Normal));
        Assert.True((await Classify(project, [rows[0], rows[0]], ImageSplit.Test, null)).Succeeded);
        Assert.True((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(project, [rows[0].Id, rows[0].Id]), Ct)).Succeeded);
    }

    [Fact]
    public async Task Images_of_a_waiting_run_are_not_deleted_until_it_ends()
    {
        var (project, other) = (await Team.ProjectAsync(), await Team.ProjectAsync());
        var shots = await Team.ShotsAsync(project, 2);
        var test = await Team.UploadAsync(project, "test/good/000.png");
        var foreign = await Team.ShotsAsync(other, 2);
        var run = await Team.RunAsync(project);
        var delete = Get<DeleteImages>();
        foreach (var (owner, image) in new[] { (project, shots[0]), (project, test), (other, foreign[1]) })
            Assert.Equal(1, Assert.IsType<ImageInUse>((await delete.HandleAsync(Team.Engineer, new(owner, [image]), Ct)).Error).Run);
        await Team.WorkAsync(run, r => r.Claim("node", r.QueuedAt));
        Assert.IsType<ImageInUse>((await delete.HandleAsync(Team.Engineer, new(project, [test]), Ct)).Error);
        await Team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        Assert.True((await delete.HandleAsync(Team.Engineer, new(project, [shots[0], test]), Ct)).Succeeded);
        Assert.True((await delete.HandleAsync(Team.Engineer, new(other, [foreign[1]]), Ct)).Succeeded);
    }

    [Fact]
    public async Task An_image_that_came_after_the_run_was_queued_may_go()
    {
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        await Team.RunAsync(project);
        var late = await Team.UploadAsync(project, "test/good/late.png");
        Assert.True((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(project, [late]), Ct)).Succeeded);
    }

    [Fact]
    public async Task A_deleted_image_takes_its_results_and_leaves_the_model()
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        Assert.True((await Get<DeleteImages>().HandleAsync(Team.Engineer, new(keys.Project, [keys.Image]), Ct)).Succeeded);
        await using var context = Team.Open();
        Assert.Equal(0, await context.Results.CountAsync(Ct));
        Assert.Equal(1, await context.Models.CountAsync(Ct));
        Assert.Equal(2, await context.Images.CountAsync(i => i.ProjectId == keys.Project, Ct));
    }

    private Task<Result> Classify(ProjectId project, IEnumerable<InspectionImage> images, ImageSplit? split, ImageLabel? label) =>
        Get<ClassifyImages>().HandleAsync(Team.Engineer, new(project, [.. images.Select(i => i.Id)], split, label, null), Ct);
}
