using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>The overview says what to do next, from the first shot to the results.</summary>
public sealed class ProjectPageTests(PortalHost host) : PortalTest(host)
{
    [Theory]
    [InlineData(0, 0, "Upload 2 to 8 normal shots", "images")]
    [InlineData(1, 5, "Upload 2 to 8 normal shots", "images")]
    [InlineData(2, 0, "Add test images", "images")]
    [InlineData(2, 1, "Train the first model", "train")]
    [InlineData(8, 3, "Train the first model", "train")]
    public async Task Before_a_model_the_next_step_is_what_is_missing(int shots, int tests, string headline, string tab)
    {
        var project = await Team.ProjectAsync();
        var rows = Enumerable.Range(0, shots).Select(i => ($"s{i}", ImageSplit.Support, ImageLabel.Normal))
            .Concat(Enumerable.Range(0, tests).Select(i => ($"t{i}", ImageSplit.Test, ImageLabel.Unknown)));
        await Team.RowsAsync(project, [.. rows]);
        await using var context = Context();
        var page = RenderPage(context, project);
        Assert.Equal(headline, page.Find(".fs-next h2").TextContent);
        Assert.Equal($"/projects/{project}/{tab}", page.Find("[data-test=next]").GetAttribute("href"));
        Assert.Single(page.FindAll(".fs-steps .now"));
    }

    [Fact]
    public async Task With_a_model_the_next_step_is_to_look_at_its_results()
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        await using var context = Context();
        var page = RenderPage(context, keys.Project);
        Assert.Equal("Look at the results", page.Find(".fs-next h2").TextContent);
        Assert.Equal($"/projects/{keys.Project}/results", page.Find("[data-test=next]").GetAttribute("href"));
        Assert.Equal(3, page.FindAll(".fs-steps .done").Count);
        // The score 1.5 lies between the lines 1 and 2.
        Assert.Equal("Uncertain", page.Find(".fs-strip .fs-chip").TextContent.Trim());
        Assert.Equal("Failed", page.Find(".fs-table .fs-chip").TextContent.Trim());
    }

    [Fact]
    public async Task Another_teams_project_is_not_found()
    {
        var stranger = await NewTeamAsync();
        var project = await stranger.ProjectAsync();
        await using var context = Context();
        Assert.Contains("Project not found", RenderPage(context, project).Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Project not found", RenderPage(context, null).Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private static IRenderedComponent<ProjectPage> RenderPage(BunitContext context, ProjectId? project)
    {
        var page = context.Render<ProjectPage>(p => p.Add(c => c.IdText, project?.ToString() ?? "no id"));
        page.WaitForState(() => page.FindAll("[aria-busy]").Count == 0);
        return page;
    }

    private BunitContext Context()
    {
        var context = Host.Circuit(
            Team.Owner, typeof(GetProject), typeof(Features.Training.ListRuns), typeof(Features.Schedules.GetDrift), typeof(Features.Results.ListResults), typeof(Features.Review.ListQueue));
        context.Services.AddSingleton(Get<Infrastructure.Queueing.RunQueueView>());
        return context;
    }
}
