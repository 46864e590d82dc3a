using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Gives the team another name.</summary>
public sealed class RenameTeam(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(string? Name);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var team = await context.Tenants.SingleAsync(ct);
        var before = team.Name;
        var renamed = team.Rename(request.Name);
        if (!renamed.Succeeded)
            return renamed;
        context.Record(actor, time, AuditAction.TeamRename, "team", team.TenantId, $"“{before}” is now “{team.Name}”");
        try
        {
            await context.SaveChangesAsync(ct);
            return Result.Ok;
        }
        catch (DbUpdateConcurrencyException)
        {
            return new TeamChanged();
        }
    }

    public sealed record TeamChanged()
        : Error(ErrorKind.Stale, "team.changed", "The team was changed in the meantime. Load the page again and repeat what you did.");
}
