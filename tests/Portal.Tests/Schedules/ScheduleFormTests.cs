using Bunit;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Schedules;

/// <summary>A schedule as a form, for people who do not know cron.</summary>
public sealed class ScheduleFormTests(PortalHost host) : PortalTest(host)
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public async Task All_of_a_schedule_is_changed_and_what_it_does_not_show_stays()
    {
        var project = await Team.ProjectAsync();
        // A learning rate of its own, as REST can set it.
        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2, LearningRate = 0.0003 };
        var id = (await Get<CreateSchedule>().HandleAsync(Team.Engineer, new(project, "Nightly", new ScheduleRule(ScheduleTrigger.Cron, "30 2 * * 1-5"), recipe), Ct)).Value;
        await using var context = Context();
        var form = Render(context, project, await ReadAsync(id));
        Assert.Equal("Weekdays", form.Find("[data-test=cron-beat]").GetAttribute("value"));
        Assert.Equal("02:30", form.Find("[data-test=cron-time]").GetAttribute("value"));
        Assert.NotEmpty(form.FindAll("[data-test=own-numbers]"));
        form.Find("[data-test=cron-beat]").Change("Weekly");
        form.Find("[data-test=cron-day]").Change("Thursday");
        form.Find("[data-test=cron-time]").Change("04:15");
        form.Find("[data-test=schedule-seed]").Change("9");
        form.Find("[data-test=schedule-adversarial]").Change(false);
        form.Find("[data-test=schedule-backbone]").Change("resnet18");
        await form.Find("form").SubmitAsync();
        var saved = await ReadAsync(id);
        Assert.Equal(("15 4 * * 4", recipe with { Seed = 9, Adversarial = null, Backbone = "resnet18" }), (saved.Rule.Cron, saved.Recipe));

        // Another method is another recipe; shots, seed and what fits stay.
        form = Render(context, project, saved);
        form.Find("[data-test=schedule-method]").Change("UniAd");
        form.Find("[data-test=schedule-preset]").Change("Full");
        form.Find("[data-test=schedule-trigger]").Change("Verified");
        form.Find("[data-test=schedule-verified]").Change("25");
        await form.Find("form").SubmitAsync();
        saved = await ReadAsync(id);
        Assert.Equal((ScheduleTrigger.Verified, 25, 3), (saved.Trigger, saved.Rule.VerifiedImages, saved.Version));
        Assert.Equal(TrainingRecipe.For(TrainingPreset.Full, DetectionMethod.UniAd) with { Shots = 2, Seed = 9, Adversarial = null, Backbone = "resnet18" }, saved.Recipe);
    }

    [Fact]
    public async Task Who_knows_cron_writes_it_and_sees_what_comes_of_it()
    {
        var project = await Team.ProjectAsync();
        await using var context = Context();
        var form = Render(context, project, null);
        Assert.Equal("Weekly", form.Find("[data-test=cron-beat]").GetAttribute("value"));
        Assert.Equal(5, form.FindAll("[data-test=cron-next] li").Count);
        Assert.All(form.FindAll("[data-test=cron-next] li"), li => Assert.StartsWith("Monday ", li.TextContent, StringComparison.Ordinal));
        form.Find("[data-test=cron-beat]").Change("Custom");
        form.Find("[data-test=cron-expression]").Change("* * * * *");
        Assert.Contains("every 15 minutes at most", form.Find("[data-test=cron-next]").TextContent, StringComparison.Ordinal);
        form.Find("[data-test=cron-expression]").Change("0 6,18 * * *");
        Assert.All(form.FindAll("[data-test=cron-next] li"), li => Assert.Matches(@" (06|18):00 UTC\+0[12]:00", li.TextContent));
        form.Find("[data-test=schedule-name]").Change("Twice a day");
        form.Find("[data-test=schedule-method]").Change("PatchCore");
        Assert.Empty(form.FindAll("[data-test=schedule-preset], [data-test=schedule-adversarial]"));
        await form.Find("form").SubmitAsync();
        await using var rows = Team.Open();
        var made = await rows.Schedules.SingleAsync(Ct);
        Assert.Equal(("Twice a day", "0 6,18 * * *", DetectionMethod.PatchCore), (made.Name, made.Rule.Cron, made.Recipe.Method));
    }

    [Fact]
    public async Task What_somebody_else_changed_meanwhile_is_not_written_over()
    {
        var project = await Team.ProjectAsync();
        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 };
        var id = (await Get<CreateSchedule>().HandleAsync(Team.Engineer, new(project, "Nightly", new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"), recipe), Ct)).Value;
        await using var context = Context();
        var form = Render(context, project, await ReadAsync(id));
        Assert.True((await Get<ChangeSchedule>().HandleAsync(Team.Engineer, new(id, "Theirs"), Ct)).Succeeded);
        form.Find("[data-test=schedule-name]").Change("Mine");
        await form.Find("form").SubmitAsync();
        Assert.Contains("not as you saw it", form.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Theirs", (await ReadAsync(id)).Name);
    }

    private async Task<Schedule> ReadAsync(ScheduleId id)
    {
        await using var context = Team.Open();
        return await context.Schedules.AsNoTracking().SingleAsync(s => s.Id == id, Ct);
    }

    private IRenderedComponent<ScheduleForm> Render(BunitContext context, ProjectId project, Schedule? changing) =>
        context.Render<ScheduleForm>(p => p.Add(c => c.Actor, Team.Engineer).Add(c => c.Project, project).Add(c => c.Changing, changing).Add(c => c.Zone, Berlin).Add(c => c.Shots, 4));

    private BunitContext Context() => Host.Circuit(Team.Engineer, typeof(CreateSchedule), typeof(ChangeSchedule));
}
