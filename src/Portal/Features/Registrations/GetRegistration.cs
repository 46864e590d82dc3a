using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>A registration model, how its training fares, and who uses it.</summary>
public sealed class GetRegistration(PortalDb db, RunQueueView queue) : IUseCase
{
    public async Task<Result<RegistrationState>> HandleAsync(Actor actor, RegistrationId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var registration = await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        return registration is null ? new RegistrationNotFound() : (await RegistrationState.OfAsync(context, queue, [registration], ct))[0];
    }
}

/// <summary>Where a list of registration models goes on.</summary>
public sealed record RegistrationPosition(DateTimeOffset At, Guid Id);

/// <summary>The team's registration models, newest first.</summary>
public sealed class ListRegistrations(PortalDb db, RunQueueView queue) : IUseCase
{
    /// <param name="After">The last one that was given; null at the beginning.</param>
    public sealed record Request(RegistrationPosition? After = null, int Take = 200);

    public async Task<IReadOnlyList<RegistrationState>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var registrations = context.Registrations.AsNoTracking();
        if (request.After is { } after)
        {
            var (at, id) = (after.At, new RegistrationId(after.Id));
            registrations = registrations.Where(r => r.CreatedAt <= at && (r.CreatedAt < at || r.Id > id));
        }

        var page = await registrations.OrderByDescending(r => r.CreatedAt).ThenBy(r => r.Id).Take(request.Take).ToListAsync(ct);
        return await RegistrationState.OfAsync(context, queue, page, ct);
    }
}
