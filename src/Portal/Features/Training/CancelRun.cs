using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Cancels a queued run at once and asks the worker of a running one to stop.</summary>
public sealed class CancelRun(PortalDb db, IRunQueue queue, RunEvents events, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        var cancelled = await RunWrite.ChangeAsync(db, actor, time, AuditAction.RunCancel, id, run => run.RequestCancel(time.GetUtcNow(), actor.User), ct);
        if (!cancelled.Succeeded)
            return cancelled;
        queue.SignalCancel(id);
        events.Publish(new RunEvent.Changed(actor.Tenant, id));
        return Result.Ok;
    }
}

internal static class RunWrite
{
    public static Task<Result> ChangeAsync(
        PortalDb db, Actor actor, TimeProvider time, string action, RunId id, Func<TrainingRun, Result> change, CancellationToken ct) => db.ChangeAsync(
        actor.Tenant,
        async context =>
        {
            var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == id, ct);
            if (run is null)
                return new RunNotFound();
            var changed = change(run);
            if (changed.Succeeded)
                context.Record(actor, time, action, "run", run.Id, $"Run {run.Number}");
            return changed;
        },
        ct);
}
