using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>Cancels the training of a registration model. Its run can be resumed from its checkpoint like any other.</summary>
public sealed class CancelRegistration(PortalDb db, IRunQueue queue, RunEvents events, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, RegistrationId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        RunId? stopped = null;
        var cancelled = await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var registration = await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
                if (registration is null)
                    return new RegistrationNotFound();
                var run = await context.Runs.FirstAsync(r => r.Id == registration.RunId, ct);
                if (run.IsOver)
                    return new RegistrationIsOver(registration.Name, registration.Version);
                stopped = run.Id;
                context.Record(actor, time, AuditAction.RegistrationCancel, "registration", id, $"{registration.Name} v{registration.Version}");
                return run.RequestCancel(time.GetUtcNow(), actor.User);
            },
            ct);
        if (!cancelled.Succeeded || stopped is not { } signalled)
            return cancelled;
        queue.SignalCancel(signalled);
        events.Publish(new RunEvent.Changed(actor.Tenant, signalled));
        return Result.Ok;
    }
}
