using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Where no mail is sent: a link with which a member of this team alone chooses a new password.</summary>
public sealed class MakeResetLink(PortalDb db, PasswordResets resets, TimeProvider time) : IUseCase
{
    /// <returns>The path and query of the link.</returns>
    public async Task<Result<string>> HandleAsync(Actor actor, UserId member, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Memberships.AnyAsync(m => m.UserId == member, ct))
            return new MemberNotFound();
        var link = await resets.LinkForOwnerAsync(member, actor.Tenant, ct);
        if (!link.Succeeded)
            return link;
        context.Record(actor, time, AuditAction.MemberResetLink, "member", member);
        await context.SaveChangesAsync(ct);
        return link;
    }
}
