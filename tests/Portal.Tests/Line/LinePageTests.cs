using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Line;

/// <summary>The page in each of its states; what the browser does of itself is held in tests/js and in the browser test.</summary>
public sealed class LinePageTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Before_it_is_saved_the_page_lists_what_would_change()
    {
        var made = await LinedProject.CreateAsync(Team);
        await using var context = Context();
        var page = Render(context, made.Project);
        Assert.Empty(page.FindAll("[data-test=save], [data-test=flips]"));
        await MoveAsync(page, 0.95, 1.75);
        Assert.Equal(["normal-uncertain", "uncertain-defect"], page.FindAll("[data-flip]").Select(group => group.GetAttribute("data-flip")));
        Assert.Contains("2 images", page.Find("[data-flip=uncertain-defect]").TextContent, StringComparison.Ordinal);
        Assert.Contains("1 defective, 1 no label", page.Find("[data-flip=uncertain-defect]").TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"/results/{made.Result("good/1")}?model={made.Model.Id}", page.Find("[data-flip=normal-uncertain] a").GetAttribute("href"), StringComparison.Ordinal);

        Assert.True(page.Find("[data-test=save]").HasAttribute("disabled"));
        await page.Find("[data-test=reason]").InputAsync(new() { Value = "Escapes" });
        await page.Find("form.fs-line-save").SubmitAsync();
        Assert.Equal(["2", "1"], page.FindAll("[data-version]").Select(row => row.GetAttribute("data-version")));
        Assert.Contains("3 images: 1 normal → uncertain, 2 uncertain → defect", page.Find("[data-version='2']").TextContent, StringComparison.Ordinal);
        Assert.Contains("In force", page.Find("[data-version='2']").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-test=save], [data-test=flips]"));

        await page.Find("[data-version='1'] [data-test=go-back]").ClickAsync(new());
        Assert.Contains("Back to version 1", page.Find("[data-version='3']").TextContent, StringComparison.Ordinal);
        Assert.Contains("Version 3", page.Find("[data-test=in-force]").TextContent, StringComparison.Ordinal);
        Assert.Contains(context.JSInterop.Invocations, call => call.Identifier == "setInForce");
    }

    [Fact]
    public async Task Who_was_second_is_told_and_loses_nothing()
    {
        var made = await LinedProject.CreateAsync(Team);
        var ada = await LinedProject.MemberAsync(Team, "Ada", TeamRole.Engineer, Host.Time.Now);
        await using var context = Context();
        var page = Render(context, made.Project);
        await MoveAsync(page, 0.95, 1.75);
        await page.Find("[data-test=reason]").InputAsync(new() { Value = "Mine" });
        Assert.True((await Get<MoveLine>().HandleAsync(ada, new(made.Model.Id, 0.95, 2.5, null, "Hers"), Ct)).Succeeded);
        await page.Find("form.fs-line-save").SubmitAsync();
        Assert.Contains("Ada moved the line meanwhile", page.Find("[data-test=conflict]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Mine", page.Find("[data-test=reason]").GetAttribute("value"));
        // Against the line of now, which has the same T1.
        Assert.Equal(["uncertain-defect"], page.FindAll("[data-flip]").Select(group => group.GetAttribute("data-flip")));
        await page.Find("form.fs-line-save").SubmitAsync();
        Assert.Equal(["3", "2", "1"], page.FindAll("[data-version]").Select(row => row.GetAttribute("data-version")));
        Assert.Empty(page.FindAll("[data-test=conflict]"));
    }

    [Fact]
    public async Task Who_only_reads_may_try_and_not_save()
    {
        var made = await LinedProject.CreateAsync(Team);
        Assert.True((await Get<MoveLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 1, 3, null, "Tried"), Ct)).Succeeded);
        await using var context = Context(TeamRole.Viewer);
        var page = Render(context, made.Project);
        await MoveAsync(page, 0.95, 1.75);
        Assert.NotEmpty(page.FindAll("[data-flip]"));
        Assert.Empty(page.FindAll("[data-test=save], [data-test=go-back]"));
        Assert.Contains("Engineers and owners move the line", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_cannot_be_says_why()
    {
        var made = await LinedProject.CreateAsync(Team);
        await using var context = Context();
        var page = Render(context, made.Project);
        await page.InvokeAsync(() => page.Instance.OnMoved(1, 2, 0.05));
        Assert.Contains("The pixel threshold must lie above 0.1", page.Find("[data-test=changes] [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.True(page.Find("[data-test=save]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Without_a_model_it_leads_to_training_and_another_teams_project_is_not_there()
    {
        var project = await Team.ProjectAsync();
        var theirs = await LinedProject.CreateAsync(await NewTeamAsync());
        await using var context = Context();
        Assert.Contains("No model yet", Render(context, project).Markup, StringComparison.Ordinal);
        Assert.Contains("Line not found", Render(context, theirs.Project).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Costs_are_kept_for_the_project_and_stand_in_the_fields()
    {
        var made = await LinedProject.CreateAsync(Team);
        await using var context = Context();
        var page = Render(context, made.Project);
        Assert.Null(page.Find("[data-part=cost-escape]").GetAttribute("value"));
        await page.InvokeAsync(() => page.Instance.OnCosts(50, 2, 0.5, null));
        await using var again = Context();
        Assert.Equal("50", Render(again, made.Project).Find("[data-part=cost-escape]").GetAttribute("value"));
    }

    private static Task MoveAsync(IRenderedComponent<LinePage> page, double t1, double t2) => page.InvokeAsync(() => page.Instance.OnMoved(t1, t2, 0.6));

    private static IRenderedComponent<LinePage> Render(BunitContext context, ProjectId project)
    {
        var page = context.Render<LinePage>(parameters => parameters.Add(p => p.IdText, project.ToString()));
        page.WaitForState(() => page.FindAll(".fs-skeleton[style*='480']").Count == 0);
        return page;
    }

    private BunitContext Context(TeamRole role = TeamRole.Engineer)
    {
        var context = Host.Circuit(
            Team.Owner with { Role = role },
            typeof(GetLine), typeof(ListLineVersions), typeof(PreviewLine), typeof(MoveLine), typeof(RestoreLine), typeof(ChangeProject), typeof(ListModels), typeof(ListQueue));
        context.JSInterop.SetupModule("/js/line.js").Mode = JSRuntimeMode.Loose;
        context.Services.AddSingleton(Host.Services.GetRequiredService<ReviewEvents>());
        return context;
    }
}
