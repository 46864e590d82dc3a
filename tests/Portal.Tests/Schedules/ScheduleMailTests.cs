using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Schedules;

/// <summary>Who made a schedule hears by mail what came of it.</summary>
public sealed class ScheduleMailTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_challenger_and_a_failure_are_mailed_to_who_made_the_schedule()
    {
        await using var smtp = new SmtpListener();
        await using var portal = new PortalHost
        {
            Settings =
            {
                ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = $"{smtp.Port}", ["Mail:Security"] = "None", ["Mail:From"] = "portal@example.com",
                ["Mail:PublicUrl"] = "https://portal.example/inspection",
            },
        };
        await portal.InitializeAsync();
        var (email, tenant, user) = await Browser.RegisterAsync(portal);
        await using var scope = portal.Services.CreateAsyncScope();
        var team = new TeamAtWork(portal, scope.ServiceProvider, new Actor(tenant, user, TeamRole.Owner));
        var project = await team.ProjectAsync();
        await team.RowsAsync(project, ("a", ImageSplit.Support, ImageLabel.Normal), ("b", ImageSplit.Support, ImageLabel.Normal));
        var recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore) with { Shots = 2 };
        var schedule = (await scope.ServiceProvider.GetRequiredService<CreateSchedule>()
            .HandleAsync(team.Engineer, new(project, "Nightly", new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"), recipe), Ct)).Value;

        var made = await DueAsync(portal, team, schedule);
        await team.ModelAsync(project, made, []);
        await team.WorkAsync(made, run => { _ = run.Claim("node", run.QueuedAt); return run.Succeed(run.QueuedAt); });
        var results = portal.Services.GetRequiredService<ScheduleResults>();
        await results.FinishAsync(tenant, schedule, 1, Ct);
        var mail = await smtp.NextAsync(Ct);
        Assert.Equal(email, mail.To);
        Assert.Contains("Challenger v1; no model is published.", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"https://portal.example/inspection/projects/{project}/runs/{made}", mail.Text, StringComparison.Ordinal);

        var failed = await DueAsync(portal, team, schedule);
        await team.WorkAsync(failed, run => { _ = run.Claim("node", run.QueuedAt); return run.Fail("Out of memory. Choose a smaller batch.", null, run.QueuedAt); });
        await results.FinishAsync(tenant, schedule, 2, Ct);
        await results.FinishAsync(tenant, schedule, 2, Ct); // looked at by another node: no second mail
        mail = await smtp.NextAsync(Ct);
        Assert.Equal(email, mail.To);
        Assert.Contains("Run 2 failed: Out of memory. Choose a smaller batch.", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"/runs/{failed}", mail.Text, StringComparison.Ordinal);
        Assert.Empty(smtp.Mails);
    }

    private static async Task<RunId> DueAsync(PortalHost portal, TeamAtWork team, ScheduleId schedule)
    {
        await using (var context = team.Open())
            await context.Schedules.Where(s => s.Id == schedule).ExecuteUpdateAsync(s => s.SetProperty(row => row.NextAt, portal.Time.Now), Ct);
        return (await portal.Services.GetRequiredService<ScheduleWork>().LookAsync(team.Tenant, schedule, Ct))!.Value;
    }
}
