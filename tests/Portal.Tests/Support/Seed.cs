using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Support;

internal static class Seed
{
    /// <summary>A project with two shots, a scored test image, a run, a batch and a stability study that are over, an export that waits; another project with a registration model; a member, an open invitation, a key, a webhook.</summary>
    public static async Task<Keys> FullProjectAsync(TeamAtWork team, CancellationToken ct)
    {
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var image = await team.ImageAsync(await team.UploadAsync(project, "test/scratch/000.png"));
        var run = await team.RunAsync(project);
        var (model, results) = await team.ModelAsync(project, run, [(image, 1.5)]);
        await team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        await using var context = team.Open();
        var export = Transfer.OfExport(team.Tenant, project, new ExportChoice(ExportFormat.Csv, model.Id.Value), team.Owner.User, model.CreatedAt);
        var import = Transfer.OfZip(team.Tenant, TransferKind.Import, project, model.Bundle, 1, "parts.zip", team.Owner.User, model.CreatedAt);
        context.Transfers.AddRange(export, import);
        await context.SaveChangesAsync(ct);
        Assert.Equal(1, await context.Images.CountAsync(i => i.ProjectId == project && i.Split == ImageSplit.Test, ct));
        var member = Membership.Create(team.Tenant, new UserId(Guid.NewGuid()), TeamRole.Reviewer, image.UploadedAt);
        var (invitation, _) = Invitation.Create(team.Tenant, TeamRole.Viewer, null, null, team.Owner.User, image.UploadedAt).Value;
        var (key, _) = ApiKey.Create(team.Tenant, "A program", TeamPermissions.Read, 60, null, team.Owner.User, image.UploadedAt).Value;
        var batch = ScoringBatch.Queue(model, [image.Id], team.Owner.User, model.CreatedAt).Value;
        Assert.True(batch.RequestCancel(model.CreatedAt).Succeeded);
        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 };
        var owner = await context.Projects.AsNoTracking().SingleAsync(p => p.Id == project, ct);
        var schedule = Schedule.Create(owner, "Nightly", new ScheduleRule(ScheduleTrigger.Cron, "0 2 * * *"), recipe, TimeZoneInfo.Utc, team.Owner.User, image.UploadedAt).Value;
        // Asked for by somebody else, and taken back: nothing waits.
        owner.NeedApproval(true);
        var colleague = new RegistryAuthor(new UserId(Guid.NewGuid()), "A colleague");
        var asked = PublishRequest.Create(owner, model, colleague, null, image.UploadedAt).Value;
        Assert.True(asked.Withdraw(colleague, image.UploadedAt).Succeeded);
        context.AddRange(member, invitation, key, batch, schedule, asked);
        await context.SaveChangesAsync(ct);
        var study = await StudyAsync(team, model, recipe, ct);
        var (other, registration) = await RegistrationAsync(team, ct);
        var (webhook, delivery) = await WebhookAsync(team, ct);
        var notice = await context.Notices.Where(n => n.Target == run.Value).Select(n => n.Id).SingleAsync(ct);
        return new Keys(project, image.Id, run, model.Id, results[0].Id, model, results[0], batch.Id, export.Id, import.Id, webhook, delivery, member.UserId, invitation.Id, key.Id, schedule.Id, study, asked.Id, registration, other, notice);
    }

    /// <summary>A stability study that is over: of two sets, each the project's shots, one run of which was cancelled.</summary>
    private static async Task<StudyId> StudyAsync(TeamAtWork team, TrainedModel model, TrainingRecipe recipe, CancellationToken ct)
    {
        await using var context = team.Open();
        var project = await context.Projects.AsNoTracking().SingleAsync(p => p.Id == model.ProjectId, ct);
        var shots = await context.Images.Where(i => i.ProjectId == project.Id && i.Split == ImageSplit.Support).Select(i => i.Id).ToListAsync(ct);
        var study = StabilityStudy.Create(
            model, recipe, new StudyDesign([new StudySet(1, shots), new StudySet(2, shots)], [1], 1, shots.Count, 0, 2, 2), team.Owner.User, model.CreatedAt);
        var run = TrainingRun.Queue(
            project, 2, recipe, new DataSnapshot(shots, [], []), team.Owner.User, model.CreatedAt, new QueueTicket(Study: new StudyPlace(study.Id, 1))).Value;
        Assert.True(run.RequestCancel(model.CreatedAt).Succeeded);
        context.AddRange(study, run);
        await context.SaveChangesAsync(ct);
        return study.Id;
    }

    /// <summary>A registration model whose training was cancelled, under a project of its own that has as many shots as the first.</summary>
    private static async Task<(ProjectId Project, RegistrationId Registration)> RegistrationAsync(TeamAtWork team, CancellationToken ct)
    {
        var (other, id, now) = (await team.ProjectAsync(), new RegistrationId(Guid.NewGuid()), TimeProvider.System.GetUtcNow());
        var shots = await team.ShotsAsync(other, 2);
        await using var context = team.Open();
        var home = await context.Projects.AsNoTracking().SingleAsync(p => p.Id == other, ct);
        var run = TrainingRun.Queue(
            home, 1, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }, new DataSnapshot(shots, [new SnapshotCategory(other, home.Name, shots)], []),
            team.Owner.User, now, new QueueTicket(Trains: id)).Value;
        Assert.True(run.RequestCancel(now).Succeeded);
        context.AddRange(run, RegistrationModel.Create(id, $"Housings {TeamAtWork.Next()}", 1, run, [new RegistrationPart(other, home.Name, 2)], team.Owner.User, now));
        await context.SaveChangesAsync(ct);
        return (other, id);
    }

    /// <summary>A webhook that is switched off, so that nothing is sent, with one delivery in its log.</summary>
    private static async Task<(WebhookId Webhook, DeliveryId Delivery)> WebhookAsync(TeamAtWork team, CancellationToken ct)
    {
        var webhook = Webhook.Create(
            team.Tenant, $"System {TeamAtWork.Next()}", "https://mes.invalid/hook", HappeningKinds.RunFinished, "closed", false, team.Owner.User, TimeProvider.System.GetUtcNow()).Value;
        webhook.SwitchOff();
        var delivery = WebhookStaging.Delivery(webhook, new Happening(HappeningKinds.RunFinished, TimeProvider.System.GetUtcNow(), new { run = 1 }));
        delivery.Arrived(200, "ok", TimeProvider.System.GetUtcNow());
        await using var context = team.Open();
        context.AddRange(webhook, delivery);
        await context.SaveChangesAsync(ct);
        return (webhook.Id, delivery.Id);
    }
}
