using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>Says what came out of a schedule's run, in the history, to webhooks and by mail. The challenger is never published here.</summary>
public sealed class ScheduleResults(PortalDb db, MailOutbox mail, TimeProvider time)
{
    public async Task FinishAsync(TenantId tenant, ScheduleId schedule, int sequence, CancellationToken ct)
    {
        Mail? letter = null;
        var finished = await db.ChangeAsync(
            tenant,
            async context =>
            {
                letter = null;
                var outcome = await context.ScheduleOutcomes.FirstOrDefaultAsync(o => o.ScheduleId == schedule && o.Sequence == sequence && o.Result == null, ct);
                var owner = await context.Schedules.FirstOrDefaultAsync(s => s.Id == schedule, ct);
                if (outcome?.RunId is not { } id || owner is null)
                    return Result.Ok;
                var run = await context.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
                if (run is { IsOver: false })
                    return Result.Ok;
                var model = run is null ? null : await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.RunId == id, ct);
                outcome.Finish(await TextAsync(context, run, model, ct));
                if (run?.Status == RunStatus.Succeeded && model is not null)
                    owner.TellChallenger(outcome, model.Id.Value, model.Version, time.GetUtcNow());
                // Both rows change, so that of two nodes that finish it at once one is refused.
                owner.Touch();
                letter = await LetterAsync(context, owner, outcome, run, ct);
                return Result.Ok;
            },
            ct);
        if (finished.Succeeded && letter is not null)
            mail.Send(letter);
    }

    private static async Task<string> TextAsync(PortalDbContext context, TrainingRun? run, TrainedModel? model, CancellationToken ct)
    {
        if (run is null)
            return "Its run was deleted.";
        if (run.Status != RunStatus.Succeeded || model is null)
            return run.Status == RunStatus.Failed ? $"Run {run.Number} failed: {run.FailureReason}" : $"Run {run.Number} was cancelled.";
        var published = await context.Projects.Where(p => p.Id == run.ProjectId).Select(p => p.PublishedModelId).FirstOrDefaultAsync(ct);
        var champion = published is null || published == model.Id ? null : await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == published, ct);
        var challenger = $"Challenger v{model.Version}{Auroc(model)}";
        return champion is null ? $"{challenger}; no model is published." : $"{challenger}; published v{champion.Version}{Auroc(champion)}. Compare them, then decide.";
    }

    private static string Auroc(TrainedModel model) =>
        model.Metrics?.ImageAuroc is { } value ? string.Create(CultureInfo.InvariantCulture, $" with image AUROC {value:0.000}") : "";

    private async Task<Mail?> LetterAsync(PortalDbContext context, Schedule schedule, ScheduleOutcome outcome, TrainingRun? run, CancellationToken ct)
    {
        if (!mail.IsConfigured)
            return null;
        // Who made it, as long as they are in the team.
        var (maker, account) = (schedule.CreatedBy, schedule.CreatedBy.Value);
        if (!await context.Memberships.AnyAsync(m => m.UserId == maker, ct))
            return null;
        var to = await context.Users.Where(u => u.Id == account).Select(u => u.Email).FirstOrDefaultAsync(ct);
        var page = mail.Link(run is null ? $"/projects/{schedule.ProjectId}/schedules" : $"/projects/{schedule.ProjectId}/runs/{run.Id}");
        return to is null ? null : new Mail(to, (run?.Status == RunStatus.Succeeded ? SchedulesTexts.MailChallengerSubject : SchedulesTexts.MailNoChallengerSubject).With(schedule.Name), $"{outcome.Why}.\n{outcome.Result}\n\n{page}\n");
    }
}
