using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace FewShotAD.Portal.Tests.Stability;

/// <summary>The part of the evaluation page that is about studies, in each of its states, and what the report takes of it.</summary>
public sealed class StudyPanelTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Before_the_first_study_it_says_what_one_costs_and_starts_it()
    {
        var made = await StudiedProject.CreateAsync(Team);
        await using var context = Context();
        var panel = Render(context, made);
        Assert.Contains("With so few shots", panel.Find("[data-test=study-none]").TextContent, StringComparison.Ordinal);
        var plan = panel.Find("[data-test=study-plan]").TextContent;
        Assert.StartsWith("15 runs: 5 sets of 2 from 8 normal shots, 3 seeds each.", plan, StringComparison.Ordinal);
        Assert.Contains("on one worker, behind your other runs. All score the same 6 good and 4 defective test images.", plan, StringComparison.Ordinal);
        await panel.Find("[data-test=study-sets]").ChangeAsync(new ChangeEventArgs { Value = "2" });
        await panel.Find("[data-test=study-seeds]").ChangeAsync(new ChangeEventArgs { Value = "1" });
        await panel.Find("[data-test=study-from-test]").ChangeAsync(new ChangeEventArgs { Value = true });
        Assert.StartsWith("2 runs: 2 sets of 2 from 8 normal shots and 3 good test images, 1 seed each.", panel.Find("[data-test=study-plan]").TextContent, StringComparison.Ordinal);
        await panel.Find("[data-test=start-study]").ClickAsync(new());
        Assert.Contains("0 of 2 runs done", panel.Find("[data-test=study-progress]").TextContent, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll("[data-test=study-form], [data-test=dots]"));
    }

    [Fact]
    public async Task What_cannot_be_drawn_is_said_before_the_start()
    {
        var made = await StudiedProject.CreateAsync(Team, defective: 1);
        await using var context = Context();
        var panel = Render(context, made);
        Assert.Contains("at least 2 good and 2 defective", panel.Find("[data-test=study-refused]").TextContent, StringComparison.Ordinal);
        Assert.True(panel.Find("[data-test=start-study]").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Who_only_reads_sees_studies_and_starts_none()
    {
        var made = await StudiedProject.CreateAsync(Team);
        await using var context = Context(TeamRole.Viewer);
        var panel = Render(context, made, TeamRole.Viewer);
        Assert.EndsWith("An engineer of your team can start one.", panel.Find("[data-test=study-none]").TextContent, StringComparison.Ordinal);
        await StudiedProject.WorkAsync(Team, await StartAsync(made));
        panel = Render(context, made, TeamRole.Viewer);
        Assert.NotEmpty(panel.FindAll("[data-test=study-meaning]"));
        Assert.Empty(panel.FindAll("[data-test=study-form], [data-test=new-study], [data-test=delete-study], [data-test=use-shots]"));
    }

    [Fact]
    public async Task While_it_runs_figures_come_and_it_can_be_cancelled()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = await StartAsync(made);
        await StudiedProject.WorkAsync(Team, id, count: 4);
        await using var context = Context();
        var panel = Render(context, made);
        var progress = panel.Find("[data-test=study-progress]").TextContent;
        Assert.Contains("4 of 6 runs done", progress, StringComparison.Ordinal);
        Assert.Contains("about 2 min left", progress, StringComparison.Ordinal);
        Assert.Equal(4, panel.FindAll("[data-test=dots] .dot").Count);
        Assert.StartsWith("So far: ", panel.Find("[data-test=study-meaning]").TextContent, StringComparison.Ordinal);
        // Which is best is said when all are there.
        Assert.Empty(panel.FindAll("[data-test=study-best]"));
        await panel.Find("[data-test=cancel-study]").ClickAsync(new());
        Assert.Contains("Cancelled with 4 of 6 runs done.", panel.Find("[data-test=study-cancelled]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_finished_study_says_in_one_sentence_what_the_choice_is_worth_and_offers_the_best_shots()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var id = await StartAsync(made);
        await StudiedProject.WorkAsync(Team, id);
        await using var context = Context();
        var dialogs = context.Render<MudDialogProvider>();
        var panel = Render(context, made);
        Assert.Equal("Another choice of 2 shots moves the image AUROC by ± 0.030, another seed by ± 0.007.", panel.Find("[data-test=study-meaning]").TextContent);
        Assert.Equal((6, 3), (panel.FindAll("[data-test=dots] .dot").Count, panel.FindAll("[data-test=dots] .mean").Count));
        Assert.Equal(["ImageAuroc", "PixelAuroc", "Aupro", "ImageF1Max"], panel.FindAll("[data-test=study-spreads] tr[data-metric]").Select(row => row.GetAttribute("data-metric")));
        Assert.Contains("(0.790–0.940)", panel.Find("[data-metric=ImageAuroc]").TextContent, StringComparison.Ordinal);
        Assert.Equal(("3", "1"), (panel.Find("[data-test=study-best]").GetAttribute("data-set"), panel.Find("[data-test=study-worst]").GetAttribute("data-set")));
        Assert.Equal(6, panel.FindAll("[data-test=study-runs] tbody tr").Count);
        var pressed = panel.FindAll("[aria-label='Metric of the plot'] button")[2];
        await pressed.ClickAsync(new());
        Assert.StartsWith("The support sets differ no more than seeds make them", panel.Find("[data-test=study-meaning]").TextContent, StringComparison.Ordinal);

        var used = panel.Find("[data-test=use-shots]").ClickAsync(new());
        await AnswerAsync(dialogs, "Use them");
        await used;
        Assert.EndsWith($"/projects/{made.Project}/train", context.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        await using var rows = Team.Open();
        Assert.Equal(2, await rows.Images.CountAsync(i => i.ProjectId == made.Project && i.Split == ImageSplit.Support, Ct));
        Assert.Contains("These are the normal shots of the project.", Render(context, made).Find("[data-test=study-best]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_run_is_named_with_its_reason_and_where_to_resume_it()
    {
        var made = await StudiedProject.CreateAsync(Team);
        await StudiedProject.WorkAsync(Team, await StartAsync(made), fail: 2);
        await using var context = Context();
        var panel = Render(context, made);
        var said = panel.Find("[data-test=study-failed]").TextContent;
        Assert.Contains("2 of 6 runs failed.", said, StringComparison.Ordinal);
        Assert.Contains("The image is black. Upload another.", said, StringComparison.Ordinal);
        Assert.True(panel.Find("details").HasAttribute("open"));
        Assert.All(panel.FindAll("[data-test=study-runs] a"), link => Assert.StartsWith($"/projects/{made.Project}/runs/", link.GetAttribute("href"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_study_is_deleted_on_second_thought_only_and_others_can_be_chosen()
    {
        var made = await StudiedProject.CreateAsync(Team);
        var old = await StartAsync(made);
        await StudiedProject.WorkAsync(Team, old);
        Host.Time.Advance(TimeSpan.FromMinutes(1));
        await StudiedProject.WorkAsync(Team, await StartAsync(made), fail: 1);
        await using var context = Context();
        var dialogs = context.Render<MudDialogProvider>();
        var panel = Render(context, made);
        Assert.NotEmpty(panel.FindAll("[data-test=study-failed]"));
        await panel.Find("[data-test=study-choice]").ChangeAsync(new ChangeEventArgs { Value = old.ToString() });
        Assert.Empty(panel.FindAll("[data-test=study-failed]"));
        var deleted = panel.Find("[data-test=delete-study]").ClickAsync(new());
        await AnswerAsync(dialogs, "Delete it");
        await deleted;
        Assert.Empty(panel.FindAll("[data-test=study-choice]"));
        await using var rows = Team.Open();
        Assert.Equal(1, await rows.Studies.CountAsync(Ct));
    }

    [Fact]
    public async Task The_report_has_the_newest_finished_study_of_its_model()
    {
        var made = await StudiedProject.CreateAsync(Team);
        await using var context = Context();
        // Looked at in the end: nothing tells when a report without a study has been read.
        var without = Report(context, await StudiedProject.CreateAsync(Team));
        await StudiedProject.WorkAsync(Team, await StartAsync(made));
        var report = Report(context, made);
        Assert.Contains("Another choice of 2 shots moves the image AUROC by ± 0.030", report.WaitForElement("[data-test=report-stability]").TextContent, StringComparison.Ordinal);
        Assert.Equal(4, report.FindAll("[data-test=report-stability] img").Count);
        Assert.Empty(report.FindAll("a, button"));
        Assert.Empty(without.FindAll("[data-test=report-stability]"));
    }

    private async Task<StudyId> StartAsync(StudiedProject made) =>
        (await Get<StartStudy>().HandleAsync(Team.Engineer, new(made.Project, Sets: 3, Seeds: 2), Ct)).Value;

    private IRenderedComponent<StabilityPanel> Render(BunitContext context, StudiedProject made, TeamRole role = TeamRole.Engineer)
    {
        var panel = context.Render<StabilityPanel>(parameters => parameters.Add(p => p.Model, made.Model).Add(p => p.Actor, Team.Owner with { Role = role }));
        panel.WaitForState(() => panel.FindAll(".fs-skeleton").Count == 0 && (panel.FindAll("[data-test=study-form]").Count == 0 || panel.FindAll("[data-test=study-plan], [data-test=study-refused]").Count > 0));
        return panel;
    }

    private IRenderedComponent<StudyReport> Report(BunitContext context, StudiedProject made) =>
        context.Render<StudyReport>(parameters => parameters.Add(p => p.Model, made.Model).Add(p => p.Actor, Team.Viewer));

    private static async Task AnswerAsync(IRenderedComponent<MudDialogProvider> dialogs, string answer)
    {
        dialogs.WaitForState(() => Buttons().Any());
        await Buttons().Single().ClickAsync(new());
        IEnumerable<AngleSharp.Dom.IElement> Buttons() => dialogs.FindAll("button").Where(button => button.TextContent.Trim() == answer);
    }

    private BunitContext Context(TeamRole role = TeamRole.Engineer)
    {
        var context = Host.Circuit(Team.Owner with { Role = role });
        StudyServices.AddTo(context, Host);
        return context;
    }
}
