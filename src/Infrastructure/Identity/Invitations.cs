using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>What a link of an invitation leads to.</summary>
public sealed record Invited(TenantId Tenant, string Team, TeamRole Role, string? Email);

/// <summary>What somebody does with the link of an invitation. The link is all the proof there is: nobody is of the team yet.</summary>
public sealed class Invitations(PortalDb db, CrossTenantDb across, NewAccounts newAccounts, TimeProvider time)
{
    /// <returns>The team and role; an error that says what to do when the link opens nothing (any more).</returns>
    public async Task<Result<Invited>> FindAsync(string token, CancellationToken ct)
    {
        if (await LocateAsync(token, ct) is not { } found)
            return new InvitationNotFound();
        await using var context = db.ForTenant(found.TenantId);
        var open = found.Check(time.GetUtcNow());
        if (!open.Succeeded)
            return open.Error;
        var team = await context.Tenants.AsNoTracking().SingleAsync(ct);
        return new Invited(team.TenantId, team.Name, found.Role, found.Email);
    }

    /// <summary>Lets an account into the team.</summary>
    public async Task<Result<TenantId>> AcceptAsync(string token, UserId user, string email, CancellationToken ct)
    {
        if (await LocateAsync(token, ct) is not { } found)
            return new InvitationNotFound();
        await using var context = db.ForTenant(found.TenantId);
        var used = await UseAsync(context, found.Id, user, email, ct);
        if (!used.Succeeded)
            return used.Error;
        try
        {
            await context.SaveChangesAsync(ct);
            return found.TenantId;
        }
        catch (DbUpdateException e)
        {
            return await WhyRefusedAsync(context, user, e, ct);
        }
    }

    /// <summary>Makes an account in the team: account, place and used link, or nothing of them.</summary>
    public async Task<Result<TenantId>> RegisterAsync(string token, NewAccount account, CancellationToken ct)
    {
        if (await LocateAsync(token, ct) is not { } found)
            return new InvitationNotFound();
        await using var context = db.ForTenant(found.TenantId);
        try
        {
            var made = await newAccounts.CreateAsync(context, account, (user, stop) => UseAsync(context, found.Id, user, account.Email ?? "", stop), ct);
            return made.Succeeded ? found.TenantId : made.Error;
        }
        catch (DbUpdateConcurrencyException)
        {
            return new InvitationUsed();
        }
    }

    private async Task<Invitation?> LocateAsync(string token, CancellationToken ct)
    {
        var hash = SecretToken.HashOf(token);
        await using var reader = across.Open("A link names its team by its token alone");
        return await reader.All<Invitation>().FirstOrDefaultAsync(invitation => invitation.TokenHash == hash, ct);
    }

    private async Task<Result> UseAsync(PortalDbContext context, InvitationId id, UserId user, string email, CancellationToken ct)
    {
        var invitation = await context.Invitations.SingleAsync(i => i.Id == id, ct);
        if (await context.Memberships.AnyAsync(m => m.UserId == user, ct))
            return new AlreadyMember((await context.Tenants.AsNoTracking().SingleAsync(ct)).Name);
        var now = time.GetUtcNow();
        var accepted = invitation.Accept(user, email, now);
        if (!accepted.Succeeded)
            return accepted;
        context.Memberships.Add(Membership.Create(invitation.TenantId, user, invitation.Role, now));
        context.Record(new AuditAuthor(user), new AuditNote(AuditAction.MemberJoin, "member", $"{user}", $"{email.Trim()} as {invitation.Role}"), now);
        return Result.Ok;
    }

    /// <summary>Of two who come at once one gets in. Anything but that is a real fault.</summary>
    private static async Task<Error> WhyRefusedAsync(PortalDbContext context, UserId user, DbUpdateException refused, CancellationToken ct)
    {
        context.ChangeTracker.Clear();
        if (await context.Memberships.AnyAsync(m => m.UserId == user, ct))
            return new AlreadyMember((await context.Tenants.AsNoTracking().SingleAsync(ct)).Name);
        return refused is DbUpdateConcurrencyException
            ? new InvitationUsed()
            : throw new InvalidOperationException("An invitation could not be accepted.", refused);
    }
}
