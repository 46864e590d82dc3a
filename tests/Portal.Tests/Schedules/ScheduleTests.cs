using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Notices;
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
        Assert.Equal((true, "Europe/Berlin", 5), (made.Active, made.TimeZone, made.Next.Count));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Assert.Contains(made.Next, at => TimeZoneInfo.ConvertTime(at, berlin) is { Hour: 2, Minute: 30 });
        var one = $"schedules/{made.Id}";
        var paused = await ReadAsync<RestSchedule>(await program.SendAsync(HttpMethod.Patch, one, new { active = false, cron = "0 4 * * *" }));
        Assert.Equal((false, 0, "0 4 * * *"), (paused.Active, paused.Next.Count, paused.Rule.Cron));
        Assert.True((await ReadAsync<RestSchedule>(await program.SendAsync(HttpMethod.Patch, one, new { active = true }))).Next.Count == 5);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, one)).StatusCode);
        await AssertProblemAsync(await program.GetAsync(one), HttpStatusCode.NotFound, "schedule.missing");
    }

    [Fact]
    public async Task All_of_a_schedule_can_be_changed_and_the_trail_says_what_was_and_what_is()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var body = new { name = "Nightly", cron = "0 2 * * *", recipe = new { method = "patchCore", shots = 2 } };
        var one = $"schedules/{(await ReadAsync<RestSchedule>(await program.PostAsync($"projects/{project.Value}/schedules", body))).Id}";
        var tag = (await program.GetAsync(one)).Headers.ETag!.ToString();
        var renamed = await program.SendAsync(HttpMethod.Patch, one, new { name = "At night" }, ifMatch: tag);
        Assert.Equal((2, "At night"), ((await ReadAsync<RestSchedule>(renamed)).Version, (await program.GetAsync<RestSchedule>(one)).Name));
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Patch, one, new { cron = "0 3 * * *" }, ifMatch: tag), HttpStatusCode.PreconditionFailed, "schedule.changed");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Patch, one, new { recipe = new { registration = Guid.NewGuid() } }), HttpStatusCode.BadRequest, "registration.schedule");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Patch, one, new { recipe = new { shots = 9 } }), HttpStatusCode.BadRequest, "recipe.shots");
        var changed = await ReadAsync<RestSchedule>(await program.SendAsync(
            HttpMethod.Patch, one, new { trigger = "verified", verifiedImages = 20, recipe = new { method = "uniAd", backbone = "resnet18", shots = 4, seed = 7, adversarial = false } }));
        Assert.Equal((3, ScheduleTrigger.Verified, 20, 0), (changed.Version, changed.Rule.Trigger, changed.Rule.VerifiedImages, changed.Next.Count));
        Assert.Equal((DetectionMethod.UniAd, "resnet18", 4, 7, null), (changed.Recipe.Method, changed.Recipe.Backbone, changed.Recipe.Shots, changed.Recipe.Seed, changed.Recipe.Adversarial));
        // The same again is no version.
        Assert.Equal(3, (await ReadAsync<RestSchedule>(await program.SendAsync(HttpMethod.Patch, one, new { verifiedImages = 20 }))).Version);
        await using var context = team.Open();
        var said = await context.Audit.Where(e => e.Action == "schedule.change").OrderBy(e => e.Sequence).Select(e => e.Detail).ToListAsync(Ct);
        Assert.Equal("At night, version 2: name Nightly → At night", said[0]);
        Assert.StartsWith("At night, version 3: when 0 2 * * * → after 20 newly verified images; Method PatchCore → UniAD; Backbone MobileNetV2 → ResNet-18", said[1], StringComparison.Ordinal);
        Assert.Contains("Seed 1 → 7", said[1], StringComparison.Ordinal);
        Assert.Equal("At night", said[2]);
    }

    [Fact]
    public async Task Verdicts_of_the_review_make_a_challenger_when_there_are_enough()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        await team.RowsAsync(project, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        var images = await team.RowsAsync(project, [.. Enumerable.Range(0, 4).Select(i => ($"{i:000}", ImageSplit.Test, ImageLabel.Unknown))]);
        var first = await team.RunAsync(project, Recipe);
        var (_, results) = await team.ModelAsync(project, first, [.. images.Select((image, i) => (image, 1.2 + (0.2 * i)))]);
        await team.WorkAsync(first, r => { r.Claim("node", r.QueuedAt); return r.Succeed(r.QueuedAt); });
        Task<HttpResponseMessage> SayAsync(int image, string decision) =>
            program.PostAsync($"results/{results[image].Id.Value}/verdicts", new { verdict = decision, comment = "Looked at it" });
        Assert.Equal(HttpStatusCode.Created, (await SayAsync(3, "normal")).StatusCode); // before there was a schedule
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var schedule = (await Get<CreateSchedule>().HandleAsync(team.Engineer, new(project, "Verified", new ScheduleRule(ScheduleTrigger.Verified, VerifiedImages: 2), Recipe), Ct)).Value;
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var work = Get<ScheduleWork>();
        foreach (var (image, decision) in new[] { (0, "normal"), (1, "unsure") })
        {
            Assert.Equal(HttpStatusCode.Created, (await SayAsync(image, decision)).StatusCode);
            Assert.Null(await work.LookAsync(team.Tenant, schedule, Ct));
        }

        // Another name forgets nothing of what was counted.
        Assert.True((await Get<ChangeSchedule>().HandleAsync(team.Engineer, new(schedule, "Two more"), Ct)).Succeeded);
        Assert.Equal(HttpStatusCode.Created, (await SayAsync(2, "normal")).StatusCode);
        var run = await work.LookAsync(team.Tenant, schedule, Ct);
        Assert.Equal("Schedule “Two more”: 2 newly verified images", (await team.RunAsync(run!.Value)).Cause);
        await team.WorkAsync(run.Value, r => { r.Claim("node", r.QueuedAt); return r.Succeed(r.QueuedAt); });
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await work.LookAsync(team.Tenant, schedule, Ct)); // they were counted
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
        var told = await after.Notices.OrderBy(n => n.Kind).ToListAsync(Ct);
        Assert.Equal([NoticeKind.ChallengerReady, NoticeKind.DriftDetected], told.Select(n => n.Kind));
        Assert.Equal(("On drift", 2, outcome.Result), (told[0].Name, told[0].Number, told[0].Detail));
        Assert.StartsWith("PSI ", told[1].Detail, StringComparison.Ordinal);
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
        // The next night it is still so: a line in the history, and no second notice.
        await using var rows = team.Open();
        await rows.Schedules.Where(s => s.Id == schedule).ExecuteUpdateAsync(s => s.SetProperty(row => row.NextAt, Host.Time.Now), Ct);
        Assert.Null(await Get<ScheduleWork>().LookAsync(team.Tenant, schedule, Ct));
        Assert.Equal(2, await rows.ScheduleOutcomes.CountAsync(Ct));
        Assert.Equal((NoticeKind.ScheduleStuck, outcome.Result), ((await rows.Notices.SingleAsync(Ct)).Kind, (await rows.Notices.SingleAsync(Ct)).Detail));
    }
}
