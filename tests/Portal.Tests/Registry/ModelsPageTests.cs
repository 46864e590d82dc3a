using System.Security.Claims;
using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>The pages of versions and of two of them, in each of their states.</summary>
public sealed class ModelsPageTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Versions_say_where_they_come_from_and_are_published_rolled_back_and_deleted()
    {
        var made = await LinedProject.CreateAsync(Team);
        await Team.WorkAsync(made.Model.RunId, run => run.Claim("node", run.QueuedAt));
        await Team.WorkAsync(made.Model.RunId, run => run.Succeed(run.QueuedAt));
        var (later, _) = await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), []);
        await using var context = Context(Team.Owner);
        var page = Render<ModelsPage>(context, made.Project);
        Assert.Equal(["2", "1"], page.FindAll("[data-version]").Select(row => row.GetAttribute("data-version")));
        Assert.Equal("none", page.Find("[data-test=champion]").TextContent);
        await ClickAsync(page, 1, "show-details");
        var details = page.Find("[data-test=details]").TextContent;
        Assert.Contains("2 shots, 7 test images", details, StringComparison.Ordinal);
        Assert.Contains(made.Model.Origin!.Data.Hash, details, StringComparison.Ordinal);

        await ClickAsync(page, 1, "publish");
        Assert.Equal("v1", page.Find("[data-test=champion]").TextContent);
        Assert.Contains("Challenger", Row(page, 2).TextContent, StringComparison.Ordinal);
        await ClickAsync(page, 2, "publish");
        Assert.Contains("Former", Row(page, 1).TextContent, StringComparison.Ordinal);
        await page.Find("[data-test=roll-back]").ClickAsync(new());
        Assert.Equal("v1", page.Find("[data-test=champion]").TextContent);
        Assert.Equal(3, page.FindAll("[data-test=history] li").Count);

        await ClickAsync(page, 1, "ask-delete");
        await page.Find("[data-test=delete]").ClickAsync(new());
        Assert.Contains("v1 is published", page.Find("[data-test=refused]").TextContent, StringComparison.Ordinal);
        await ClickAsync(page, 2, "ask-delete");
        await page.Find("[data-test=delete]").ClickAsync(new());
        Assert.Contains("Run 2 has not ended", page.Find("[data-test=refused]").TextContent, StringComparison.Ordinal);
        await Team.WorkAsync(later.RunId, run => run.Fail("It broke", null, run.QueuedAt));
        await page.Find("[data-test=delete]").ClickAsync(new());
        Assert.Equal(["1"], page.FindAll("[data-version]").Select(row => row.GetAttribute("data-version")));
    }

    [Fact]
    public async Task A_request_waits_for_somebody_else()
    {
        var made = await LinedProject.CreateAsync(Team);
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Owner, new(made.Project, null, null, null, ApprovalNeeded: true), Ct)).Succeeded);
        var ada = await LinedProject.MemberAsync(Team, "Ada", TeamRole.Engineer, Host.Time.Now);
        await using var adas = Context(ada);
        var page = Render<ModelsPage>(adas, made.Project);
        Assert.Empty(page.FindAll("[data-test=publish]"));
        await ClickAsync(page, 1, "ask");
        await page.Find("[data-test=comment]").InputAsync(new() { Value = "Finds scratches" });
        await page.Find("form.fs-version-form").SubmitAsync();
        Assert.NotEmpty(page.FindAll("[data-test=withdraw]"));
        Assert.Empty(page.FindAll("[data-test=approve], [data-test=ask]"));

        await using var owners = Context(Team.Owner);
        var other = Render<ModelsPage>(owners, made.Project);
        Assert.Contains("Ada", other.Find("[data-test=waiting]").TextContent, StringComparison.Ordinal);
        Assert.Contains("Finds scratches", other.Find("[data-test=waiting]").TextContent, StringComparison.Ordinal);
        Assert.True(other.Find("[data-test=reject]").HasAttribute("disabled"));
        await other.Find("[data-test=approve]").ClickAsync(new());
        Assert.Empty(other.FindAll("[data-test=waiting]"));
        Assert.Equal("v1", other.Find("[data-test=champion]").TextContent);
        Assert.Contains("approved by a second person", other.Find("[data-test=history]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_reads_sees_and_does_nothing()
    {
        var made = await LinedProject.CreateAsync(Team);
        await using var context = Context(Team.Viewer);
        var page = Render<ModelsPage>(context, made.Project);
        Assert.NotEmpty(page.FindAll("[data-test=show-details]"));
        Assert.Empty(page.FindAll("[data-test=publish], [data-test=ask], [data-test=ask-delete], [data-test=roll-back]"));
    }

    [Fact]
    public async Task Without_a_model_it_leads_to_training_and_another_teams_project_is_not_there()
    {
        var project = await Team.ProjectAsync();
        var theirs = await LinedProject.CreateAsync(await NewTeamAsync());
        await using var context = Context(Team.Owner);
        Assert.Contains("No model yet", Render<ModelsPage>(context, project).Markup, StringComparison.Ordinal);
        Assert.Contains("Models not found", Render<ModelsPage>(context, theirs.Project).Markup, StringComparison.Ordinal);
        Assert.Contains("takes two versions", Render<ComparePage>(context, project).Markup, StringComparison.Ordinal);
        Assert.Contains("Comparison not found", Render<ComparePage>(context, theirs.Project).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_versions_stand_side_by_side_with_the_images_they_disagree_about()
    {
        var made = await LinedProject.CreateAsync(Team);
        var scores = made.Images.Where(i => i.Name is "bad/0" or "good/0").Select(i => (i, i.Name == "bad/0" ? 2.5 : 2.1)).ToList();
        await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), scores);
        await using var context = Context(Team.Viewer);
        var page = Render<ComparePage>(context, made.Project);
        Assert.Contains("2 images", page.Find("[data-test=basis]").TextContent, StringComparison.Ordinal);
        Assert.Contains("6 more images of v1 alone", page.Find("[data-test=basis]").TextContent, StringComparison.Ordinal);
        Assert.Contains("0 of 1", page.Find("[data-metric='Missed defects']").TextContent, StringComparison.Ordinal);
        Assert.Contains("−1", page.Find("[data-metric='Missed defects']").TextContent, StringComparison.Ordinal);
        Assert.Equal(["bad/0", "good/0"], page.FindAll("[data-image]").Select(tile => tile.GetAttribute("data-image")));
        Assert.Contains("right", page.Find("[data-image='bad/0']").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 for the better", page.Find("[data-test=summary]").TextContent, StringComparison.Ordinal);
        await page.Find("[data-test=show-worse]").ClickAsync(new());
        Assert.EndsWith("&show=worse", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    private static AngleSharp.Dom.IElement Row(IRenderedComponent<ModelsPage> page, int version) => page.Find($"[data-version='{version}']");

    private static Task ClickAsync(IRenderedComponent<ModelsPage> page, int version, string button) =>
        page.Find($"[data-version='{version}'] [data-test={button}]").ClickAsync(new());

    private static IRenderedComponent<T> Render<T>(BunitContext context, ProjectId project)
        where T : PortalPage
    {
        var page = context.Render<T>(parameters => parameters.TryAdd("IdText", project.ToString()));
        page.WaitForState(() => page.FindAll(".fs-skeleton").Count == 0);
        return page;
    }

    private BunitContext Context(Actor actor)
    {
        var context = Host.Circuit(
            actor,
            typeof(GetRegistry), typeof(GetSupportShots), typeof(PublishModel), typeof(UnpublishModel), typeof(RollBackModel), typeof(AskToPublish), typeof(DecidePublish),
            typeof(WithdrawPublish), typeof(DeleteModel), typeof(ReproduceModel), typeof(GetProject), typeof(ListModels), typeof(CompareModels), typeof(ListCompared), typeof(ListQueue));
        context.JSInterop.SetupModule("/js/compare.js").Mode = JSRuntimeMode.Loose;
        context.Services.AddSingleton(Get<IRunQueue>());
        context.Services.AddSingleton(Get<TeamQuotas>());
        context.Services.AddSingleton(Get<RunTickets>());
        // It takes a file from the browser, which the tests in one do.
        context.ComponentFactories.AddStub<BundleDrop>();
        return context;
    }
}
