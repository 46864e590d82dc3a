using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Takes a waiting run out of the queue, and asks the worker of a running one to stop after its checkpoint.</summary>
public sealed class PauseRun(PortalDb db, IRunQueue queue, RunEvents events, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        var paused = await RunWrite.ChangeAsync(db, actor, time, AuditAction.RunPause, id, run => run.RequestPause(time.GetUtcNow(), actor.User), ct);
        if (!paused.Succeeded)
            return paused;
        queue.SignalCancel(id);
        events.Publish(new RunEvent.Changed(actor.Tenant, id));
        return Result.Ok;
    }
}

/// <summary>Puts a paused, failed or cancelled run back into the queue; it goes on from its checkpoint.</summary>
public sealed class ResumeRun(PortalDb db, IRunQueue queue, RunQueueView view, RunEvents events, TeamQuotas quotas, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using (var context = db.ForTenant(actor.Tenant))
        {
            var room = await quotas.AllowRunAsync(context, ct);
            if (!room.Succeeded)
                return room;
        }

        var entered = await view.EntryAsync(ct);
        var resumed = await RunWrite.ChangeAsync(db, actor, time, AuditAction.RunResume, id, run => run.Resume(time.GetUtcNow(), actor.User, entered), ct);
        if (!resumed.Succeeded)
            return resumed;
        queue.Enqueue(actor.Tenant, id);
        events.Publish(new RunEvent.Changed(actor.Tenant, id));
        return Result.Ok;
    }
}
