using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Withdraws an invitation that nobody has used yet.</summary>
public sealed class RevokeInvitation(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, InvitationId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var invitation = await context.Invitations.FirstOrDefaultAsync(i => i.Id == id, ct);
        if (invitation is null)
            return new InvitationNotFound();
        var revoked = invitation.Revoke(time.GetUtcNow());
        if (!revoked.Succeeded)
            return revoked;
        context.Record(actor, time, AuditAction.InvitationRevoke, "invitation", id, invitation.Email ?? "Anybody with the link");
        try
        {
            await context.SaveChangesAsync(ct);
            return Result.Ok;
        }
        catch (DbUpdateConcurrencyException)
        {
            return new InvitationUsed(); // somebody joined with it at this very moment
        }
    }
}
