using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using static FewShotAD.Portal.Api.ScheduleEndpoints;

namespace FewShotAD.Portal.Tests.Schedules;

/// <summary>Schedules by REST, and what makes them due.</summary>
public sealed class ScheduleTests(PortalHost host) : HttpTest(host)
{
    private static readonly TrainingRecipe Recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2 };

    [Fact]
    public async Task A_schedule_is_made_changed_paused_and_deleted()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var all = $"projects/{project.Value}/schedules";
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Put, "time-zone", new { timeZone = "Europe/Berlin" })).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, "time-zone", new { timeZone = "Berlin" }), HttpStatusCode.BadRequest, "team.time-zone");
        await AssertProblemAsync(await program.PostAsync(all, new { name = "Often", cron = "* * * * *" }), HttpStatusCode.BadRequest, "schedule.cron.often");
        await AssertProblemAsync(await program.PostAsync(all, new { name = "Drift", trigger = "drift", maxKs = 2 }), HttpStatusCode.BadRequest, "schedule.drift");
        var made = await ReadAsync<RestSchedule>(await program.PostAsync(all, new { name = "Nightly", cron = "30 2 * * *", recipe = new { method = "patchCore", shots = 2 } }));
        Assert.Equal((true, "Europe/Berlin", 3), (made.Active, made.TimeZone, made.Next.Count));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Assert.Contains(made.Next, at => TimeZoneInfo.ConvertTime(at, berlin) is { Hour: 2, Minute: 30 });
        var one = $"schedules/{made.Id}";
        var paused = await ReadAsync<RestSchedule>(await program.SendAsync(HttpMethod.Patch, one, new { active = false, cron = "0 4 * * *" }));
        Assert.Equal((false, 0, "0 4 * * *"), (paused.Active, paused.Next.Count, paused.Rule.Cron));
        Assert.True((await ReadAsync<RestSchedule>(await program.SendAsync(HttpMethod.Patch, one, new { active = true }))).Next.Count == 3);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, one)).StatusCode);
        await AssertProblemAsync(await program.GetAsync(one), HttpStatusCode.NotFound, "schedule.missing");
    }

    [Fact]
    public async Task Drift_makes_one_challenger_says_why_and_tells_what_came_out()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        await team.RowsAsync(project, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        var images = await team.RowsAsync(project, [.. Enumerable.Range(0, 60).Select(i => ($"{i:000}", ImageSplit.Test, ImageLabel.Unknown))]);
        var (model, _) = await team.ModelAsync(project, await team.RunAsync(project, Recipe), [.. images.Take(30).Select((image, i) => (image, 1 + (0.01 * i)))]);
        await using (var context = team.Open())
        {
            var first = await context.Runs.SingleAsync(Ct);
            Assert.True(first.Claim("node", first.QueuedAt).Succeeded && first.Succeed(first.QueuedAt).Succeeded);
            context.Webhooks.Add(Webhook.Create(team.Tenant, "MES", "https://mes.invalid/", HappeningKinds.DriftDetected | HappeningKinds.ChallengerReady, "closed", false, team.Owner.User, Host.Time.Now).Value);
            await context.SaveChangesAsync(Ct);
        }

        Assert.True((await Get<PublishModel>().HandleAsync(team.Owner, new(model.Id), Ct)).Succeeded);
        var schedule = (await Get<CreateSchedule>().HandleAsync(team.Engineer, new(project, "On drift", new ScheduleRule(ScheduleTrigger.Drift, MinSample: 20), Recipe), Ct)).Value;
        var work = Get<ScheduleWork>();
        Assert.Null(await work.LookAsync(team.Tenant, schedule, Ct)); // no new score yet
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        await using (var context = team.Open())
        {
            var map = await context.Results.Select(r => new { r.Map, r.Heatmap }).FirstAsync(Ct);
            context.Results.AddRange(images.Skip(30).Select((image, i) => ScoredImage.Create(model, image, 1.2 + (0.01 * i), map.Map, map.Heatmap, Host.Time.Now)));
            await context.SaveChangesAsync(Ct);
        }

        var run = await work.LookAsync(team.Tenant, schedule, Ct);
        Assert.NotNull(run);
        Assert.Null(await work.LookAsync(team.Tenant, schedule, Ct)); // it is under way
        Assert.Contains(run.Value, Host.Queue.EnqueuedBy(team.Tenant));
        var challenger = await program.GetAsync<RestRun>($"runs/{run.Value.Value}");
        Assert.StartsWith("Schedule “On drift”: Scores have drifted: PSI", challenger.Cause, StringComparison.Ordinal);
        await team.ModelAsync(project, run.Value, [(images[0], 1)]);
        await team.WorkAsync(run.Value, r => { r.Claim("node", r.QueuedAt); return r.Succeed(r.QueuedAt); });
        await Get<ScheduleResults>().FinishAsync(team.Tenant, schedule, 1, Ct);
        await Get<ScheduleResults>().FinishAsync(team.Tenant, schedule, 1, Ct);
        var outcome = (await program.AllAsync<RestOccurrence>($"schedules/{schedule.Value}/occurrences", limit: 10)).Items.Single();
        Assert.Equal("Challenger v2; published v1. Compare them, then decide.", outcome.Result);
        await using var after = team.Open();
        Assert.Equal(
            [HappeningKinds.DriftDetected, HappeningKinds.ChallengerReady],
            (await after.WebhookDeliveries.Select(d => d.Kind).ToListAsync(Ct)).Order());
        Assert.Equal(model.Id, (await after.Projects.SingleAsync(p => p.Id == project, Ct)).PublishedModelId);
        // The same scores make no second one.
        Assert.Null(await work.LookAsync(team.Tenant, schedule, Ct));
    }

    [Fact]
    public async Task An_occurrence_that_can_start_nothing_says_why_once()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var schedule = (await Get<CreateSchedule>().HandleAsync(team.Engineer, new(project, "Nightly", new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"), Recipe), Ct)).Value;
        await using (var context = team.Open())
            await context.Schedules.Where(s => s.Id == schedule).ExecuteUpdateAsync(s => s.SetProperty(row => row.NextAt, Host.Time.Now), Ct);
        Assert.Null(await Get<ScheduleWork>().LookAsync(team.Tenant, schedule, Ct));
        Assert.Null(await Get<ScheduleWork>().LookAsync(team.Tenant, schedule, Ct));
        var outcome = (await program.AllAsync<RestOccurrence>($"schedules/{schedule.Value}/occurrences", limit: 10)).Items.Single();
        Assert.StartsWith("No run: The recipe asks for 2 support shots", outcome.Result, StringComparison.Ordinal);
    }
}
