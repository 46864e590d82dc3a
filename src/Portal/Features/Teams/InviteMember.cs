using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Mail;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Makes a link that lets one person into the team.</summary>
public sealed class InviteMember(PortalDb db, MailOutbox mail, TimeProvider time) : IUseCase
{
    /// <param name="Email">The only address that may use the link; null for whoever has it.</param>
    /// <param name="ValidFor">Null for <see cref="Invitation.Usual"/>.</param>
    public sealed record Request(TeamRole Role, string? Email, TimeSpan? ValidFor);

    /// <param name="Mailed">Whether the link is on its way to <see cref="Request.Email"/>.</param>
    /// <param name="Token">For <c>/join/{token}</c>; nobody will see it again.</param>
    public sealed record Answer(InvitationId Id, string Token, DateTimeOffset ExpiresAt, bool Mailed);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed.Error;
        var made = Invitation.Create(actor.Tenant, request.Role, request.Email, request.ValidFor, actor.User, time.GetUtcNow());
        if (!made.Succeeded)
            return made.Error;
        var (invitation, token) = made.Value;
        await using var context = db.ForTenant(actor.Tenant);
        context.Invitations.Add(invitation);
        context.Record(actor, time, AuditAction.MemberInvite, "invitation", invitation.Id, $"{invitation.Email ?? "Anybody with the link"} as {invitation.Role}");
        await context.SaveChangesAsync(ct);
        var mailed = invitation.Email is not null && mail.IsConfigured;
        if (mailed)
            mail.Send(await LetterAsync(context, invitation, token, ct));
        return new Answer(invitation.Id, token, invitation.ExpiresAt, mailed);
    }

    private async Task<Mail> LetterAsync(PortalDbContext context, Invitation invitation, string token, CancellationToken ct)
    {
        var team = await context.Tenants.AsNoTracking().Select(t => t.Name).SingleAsync(ct);
        return new Mail(
            invitation.Email!,
            TeamsTexts.MailInvitationSubject.With(team),
            TeamsTexts.MailInvitation.With(team, Words.Of(invitation.Role), invitation.ExpiresAt, mail.Link($"join/{token}")));
    }
}
