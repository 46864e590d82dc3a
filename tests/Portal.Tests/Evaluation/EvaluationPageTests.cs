using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace FewShotAD.Portal.Tests.Evaluation;

/// <summary>The page and the report in each of their states.</summary>
public sealed class EvaluationPageTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Numbers_stand_with_intervals_and_lead_to_the_images_behind_them()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        await using var context = Context();
        var page = Render<EvaluationPage>(context, made.Project);
        Assert.Matches(@"^0\.688 \(0\.\d{3}–\d\.\d{3}\)$", page.Find("[data-metric='Image AUROC'] td").TextContent.Trim());
        Assert.Equal("0.934 no interval", page.Find("[data-metric=AUPRO] td").TextContent.Trim());
        Assert.Contains("4 good and 4 defective test images", page.Find("[data-test=basis]").TextContent, StringComparison.Ordinal);
        Assert.Contains("When it was trained the image AUROC was 0.750", page.Find("[data-test=since]").TextContent, StringComparison.Ordinal);
        var scratch = page.Find("[data-type=scratch]");
        Assert.EndsWith("&type=scratch", scratch.QuerySelector("th a")!.GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal("1 (33 %) missed", scratch.QuerySelector(".fs-bad")!.TextContent);
        Assert.Equal("1 (25 %) false alarms", page.Find("[data-type='good parts'] .fs-bad").TextContent);
        Assert.Equal(["scratch/2"], page.FindAll("[data-test=missed] img").Select(image => image.GetAttribute("alt")));
        Assert.EndsWith($"/report?model={made.Model.Id}", page.Find("[data-test=report]").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains($"/projects/{made.Project}/line?model={made.Model.Id}", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_odd_shot_comes_first_and_can_be_taken_out()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        await using var context = Context();
        var page = Render<EvaluationPage>(context, made.Project);
        var shots = page.FindAll("[data-test=support] figure");
        Assert.Equal(["shot 3", "shot 1", "shot 0", "shot 2"], shots.Select(shot => shot.GetAttribute("data-image")));
        Assert.Equal("This one is odd", Assert.Single(page.FindAll("[data-test=support] .fs-chip")).TextContent.Trim());

        var dialogs = context.Render<MudDialogProvider>();
        await ReplaceFirstAsync(page, dialogs, "Keep it");
        Assert.Equal(ImageSplit.Support, (await Team.ImageAsync(made.Shots[3])).Split);
        await ReplaceFirstAsync(page, dialogs, "Take it out");
        Assert.Equal((ImageSplit.Unassigned, ImageLabel.Normal), ((await Team.ImageAsync(made.Shots[3])).Split, (await Team.ImageAsync(made.Shots[3])).Label));
        // Three shots are left, and the recipe wants four.
        Assert.EndsWith($"/projects/{made.Project}/images", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_shots_to_spare_the_next_stop_is_training()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        await Team.RowsAsync(made.Project, ("another shot", ImageSplit.Support, ImageLabel.Normal));
        await using var context = Context();
        await ReplaceFirstAsync(Render<EvaluationPage>(context, made.Project), context.Render<MudDialogProvider>(), "Take it out");
        Assert.EndsWith($"/projects/{made.Project}/train", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_reads_can_replace_nothing_and_an_older_model_says_why_it_knows_nothing_of_its_shots()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, shotScores: null);
        await using var context = Context(TeamRole.Viewer);
        var page = Render<EvaluationPage>(context, made.Project);
        Assert.Empty(page.FindAll("[data-test=replace]"));
        Assert.Contains("trained before", page.Find("[data-test=shots-hint]").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("[data-test=support] img").Count);
    }

    [Fact]
    public async Task Two_shots_only_give_a_hint()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, [1, 5]);
        await using var context = Context();
        var page = Render<EvaluationPage>(context, made.Project);
        Assert.Equal("Worth a look", Assert.Single(page.FindAll("[data-test=support] .fs-chip")).TextContent.Trim());
        Assert.Contains("2 shots are too few", page.Find("[data-test=shots-hint]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ImageLabel.Unknown, "No labelled test images", 0, 0)]
    [InlineData(ImageLabel.Normal, "Only good test images", 1, 0)]
    [InlineData(ImageLabel.Defective, "Only defective test images", 1, 1)]
    public async Task Without_two_classes_it_says_what_to_label(ImageLabel label, string title, int tables, int missed)
    {
        var made = await EvaluatedProject.CreateAsync(Team, [.. EvaluatedProject.Usual.Where(image => image.Label == label)], EvaluatedProject.OddShot);
        await using var context = Context();
        var page = Render<EvaluationPage>(context, made.Project);
        Assert.Equal(title, page.Find("[data-test=missing] h2").TextContent);
        Assert.Empty(page.FindAll("[data-test=metrics]"));
        Assert.Equal((tables, missed), (page.FindAll("[data-test=types]").Count, page.FindAll("[data-test=missed]").Count));
        Assert.Contains("Not measured", Render<ReportPage>(context, made.Project).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_results_come_it_waits_with_its_numbers()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, EvaluatedProject.OddShot, over: false);
        await using var context = Context();
        var page = Render<EvaluationPage>(context, made.Project);
        Assert.Contains("9 of 9 test images are scored", page.Find("[data-test=coming]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[data-test=metrics], [data-test=types], [data-test=missed]"));
        Assert.Contains("Results are still coming", Render<ReportPage>(context, made.Project).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_model_it_leads_to_training_and_another_teams_project_is_not_there()
    {
        var project = await Team.ProjectAsync();
        var theirs = await (await NewTeamAsync()).ProjectAsync();
        await using var context = Context();
        Assert.Contains("No model yet", Render<EvaluationPage>(context, project).Markup, StringComparison.Ordinal);
        Assert.Contains("No model yet", Render<ReportPage>(context, project).Markup, StringComparison.Ordinal);
        Assert.Contains("Evaluation not found", Render<EvaluationPage>(context, theirs).Markup, StringComparison.Ordinal);
        Assert.Contains("Report not found", Render<ReportPage>(context, theirs).Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_report_has_everything_on_it_and_prints_by_a_script_of_its_own()
    {
        var made = await EvaluatedProject.CreateAsync(Team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        await using var context = Context();
        var page = Render<ReportPage>(context, made.Project);
        var text = page.Find("[data-test=report-body]").TextContent;
        Assert.All(
            ["model v1", "4 good, 4 defective, 1 without a label", "Image AUROC", "T1 =", "scratch", "This one is odd", "RegAD", made.Model.DataHash, "not published"],
            said => Assert.Contains(said, text, StringComparison.Ordinal));
        Assert.Equal(9, page.FindAll(".fs-example").Count);
        Assert.Equal("unknown/0", page.Find(".fs-example").GetAttribute("data-image"));
        Assert.All(page.FindAll(".fs-example .heat"), image => Assert.Matches("^/api/v1/results/[0-9a-f-]{36}/heatmap.png$", image.GetAttribute("src")));
        Assert.Empty(page.FindAll("[data-test=report-body] a, [data-test=report-body] button"));
        var print = context.JSInterop.SetupModule("/js/print.js").SetupVoid("printPage").SetVoidResult();
        await page.Find("[data-test=print]").ClickAsync(new());
        Assert.Single(print.Invocations);
    }

    private static async Task ReplaceFirstAsync(IRenderedComponent<EvaluationPage> page, IRenderedComponent<MudDialogProvider> dialogs, string answer)
    {
        var replaced = page.Find("[data-test=replace]").ClickAsync(new());
        dialogs.WaitForState(() => Buttons().Any());
        await Buttons().Single().ClickAsync(new());
        await replaced;
        IEnumerable<AngleSharp.Dom.IElement> Buttons() => dialogs.FindAll("button").Where(button => button.TextContent.Trim() == answer);
    }

    private static IRenderedComponent<T> Render<T>(BunitContext context, ProjectId project)
        where T : PortalPage
    {
        var page = context.Render<T>(parameters => parameters.TryAdd(nameof(EvaluationPage.IdText), project.ToString()));
        page.WaitForState(() => page.FindAll("[aria-busy]").Count == 0);
        return page;
    }

    private BunitContext Context(TeamRole role = TeamRole.Engineer)
    {
        var context = Host.Circuit(Team.Owner with { Role = role }, typeof(GetEvaluation), typeof(ListModels), typeof(ClassifyImages), typeof(FewShotAD.Portal.Features.Review.ListQueue));
        Stability.StudyServices.AddTo(context, Host);
        return context;
    }
}
