using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

public enum InvitationState
{
    Open,
    Used,
    Revoked,
    Expired,
}

/// <summary>A link that lets one person into a team with a role. Its token is shown once.</summary>
public sealed class Invitation : ITenantOwned
{
    public const int EmailMaxLength = 256;

    public static readonly TimeSpan Shortest = TimeSpan.FromHours(1);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);
    public static readonly TimeSpan Usual = TimeSpan.FromDays(7);

    private Invitation() => TokenHash = "";

    public TenantId TenantId { get; private set; }

    public InvitationId Id { get; private set; }

    public TeamRole Role { get; private set; }

    /// <summary>The only address that may use it; null for whoever has the link.</summary>
    public string? Email { get; private set; }

    public string TokenHash { get; private set; }

    public UserId CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public UserId? UsedBy { get; private set; }

    public DateTimeOffset? UsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Changes with every write: of two who use the link at once one gets in.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    /// <param name="validFor">Null for <see cref="Usual"/>.</param>
    /// <returns>The invitation, and the token that nobody will see again.</returns>
    public static Result<(Invitation Invitation, string Token)> Create(
        TenantId tenant, TeamRole role, string? email, TimeSpan? validFor, UserId by, DateTimeOffset now)
    {
        if (!Enum.IsDefined(role))
            return new UnknownRole();
        var address = string.IsNullOrWhiteSpace(email) ? null : email.Trim();
        if (address is not null && (address.Length > EmailMaxLength || !new EmailAddressAttribute().IsValid(address)))
            return new InvalidInvitationEmail();
        if (validFor < Shortest || validFor > Longest)
            return new InvalidInvitationTerm();
        var token = SecretToken.Create();
        var invitation = new Invitation
        {
            TenantId = tenant,
            Id = new InvitationId(Guid.CreateVersion7(now)),
            Role = role,
            Email = address,
            TokenHash = SecretToken.HashOf(token),
            CreatedBy = by,
            CreatedAt = now,
            ExpiresAt = now + (validFor ?? Usual),
            ConcurrencyStamp = Guid.NewGuid(),
        };
        return (invitation, token);
    }

    public InvitationState StateAt(DateTimeOffset now) =>
        UsedAt is not null ? InvitationState.Used
        : RevokedAt is not null ? InvitationState.Revoked
        : ExpiresAt <= now ? InvitationState.Expired
        : InvitationState.Open;

    /// <summary>Whether it can be used now.</summary>
    public Result Check(DateTimeOffset now) => StateAt(now) switch
    {
        InvitationState.Used => new InvitationUsed(),
        InvitationState.Revoked => new InvitationRevoked(),
        InvitationState.Expired => new InvitationExpired(),
        _ => Result.Ok,
    };

    public Result Accept(UserId user, string email, DateTimeOffset now)
    {
        var open = Check(now);
        if (!open.Succeeded)
            return open;
        if (Email is not null && !string.Equals(Email, email.Trim(), StringComparison.OrdinalIgnoreCase))
            return new InvitationForAnother();
        (UsedBy, UsedAt, ConcurrencyStamp) = (user, now, Guid.NewGuid());
        return Result.Ok;
    }

    public Result Revoke(DateTimeOffset now)
    {
        var open = Check(now);
        if (!open.Succeeded)
            return open;
        (RevokedAt, ConcurrencyStamp) = (now, Guid.NewGuid());
        return Result.Ok;
    }
}

public sealed record InvalidInvitationEmail()
    : Error(ErrorKind.Invalid, "invitation.email", "This is not an e-mail address. Enter one such as name@company.com, or leave the field empty.");

public sealed record InvalidInvitationTerm()
    : Error(ErrorKind.Invalid, "invitation.term", "An invitation is valid for 1 hour to 30 days.");

public sealed record InvitationNotFound()
    : Error(ErrorKind.NotFound, "invitation.missing", "There is no such invitation. Check that the link is complete, or ask an owner of the team for a new one.");

public sealed record InvitationUsed()
    : Error(ErrorKind.Conflict, "invitation.used", "This invitation has been used: a link lets one person in. If it was not you, ask an owner of the team for a new one.");

public sealed record InvitationRevoked()
    : Error(ErrorKind.Conflict, "invitation.revoked", "An owner of the team has withdrawn this invitation. Ask for a new one if you should join.");

public sealed record InvitationExpired()
    : Error(ErrorKind.Conflict, "invitation.expired", "This invitation has expired. Ask an owner of the team for a new one.");

public sealed record InvitationForAnother()
    : Error(ErrorKind.Forbidden, "invitation.other", "This invitation is meant for another e-mail address. Use the account with the address it was sent to, or ask an owner of the team for a new one.");
