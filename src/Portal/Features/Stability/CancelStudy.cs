using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>Cancels the runs of a study that have not ended. What the others have measured stays.</summary>
public sealed class CancelStudy(PortalDb db, IRunQueue queue, RunEvents events, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, StudyId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        List<RunId> stopped = [];
        var cancelled = await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                stopped.Clear();
                if (!await context.Studies.AnyAsync(s => s.Id == id, ct))
                    return new StudyNotFound();
                var runs = await context.Runs.Where(r => r.StudyId == id).ToListAsync(ct);
                var open = runs.Where(run => !run.IsOver).ToList();
                if (open.Count == 0)
                    return new StudyIsOver(StabilityStudy.StatusOf([.. runs.Select(run => run.Status)]));
                foreach (var run in open)
                {
                    var asked = run.RequestCancel(time.GetUtcNow(), actor.User);
                    if (!asked.Succeeded)
                        return asked;
                    stopped.Add(run.Id);
                }

                context.Record(actor, time, AuditAction.StudyCancel, "study", id, $"{open.Count} of {runs.Count} runs");
                return Result.Ok;
            },
            ct);
        if (!cancelled.Succeeded)
            return cancelled;
        foreach (var run in stopped)
        {
            queue.SignalCancel(run);
            events.Publish(new RunEvent.Changed(actor.Tenant, run));
        }

        return Result.Ok;
    }
}
