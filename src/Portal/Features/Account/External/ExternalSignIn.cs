using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Account.External;

/// <summary>
/// Which account is meant by somebody who comes from the provider. By issuer and subject, never by the address alone: an address
/// is given to another person one day, and some providers let people write any.
/// </summary>
public sealed class ExternalSignIn(
    UserManager<PortalUser> users, Accounts accounts, Invitations invitations, TeamSignIn signIn, IOptions<OidcOptions> options)
{
    private readonly OidcOptions settings = options.Value;

    /// <param name="Team">Which one to enter; null for the first.</param>
    /// <param name="LostPassword">It was set by somebody who never showed that the address is theirs.</param>
    private sealed record Arrival(PortalUser User, TenantId? Team = null, bool LostPassword = false);

    /// <summary>Signs in, and makes or links the account where the rules allow it.</summary>
    /// <returns>Whether the account's password was dropped on the way, which its owner should be told.</returns>
    public async Task<Result<bool>> EnterAsync(ExternalPerson person, string? invitation, CancellationToken ct)
    {
        var allowed = Allow(person);
        if (!allowed.Succeeded)
            return allowed.Error;
        var arrival = await ArriveAsync(person, invitation, ct);
        // Twice at once, by two clicks: the first has made the account meanwhile.
        if (arrival.Error is EmailTaken)
            arrival = await ArriveAsync(person, invitation, ct);
        if (!arrival.Succeeded)
            return arrival.Error;
        var entered = await signIn.EnterAsync(arrival.Value.User, arrival.Value.Team, AuditAction.SignIn, ct, $"With {settings.DisplayName}");
        return entered.Succeeded ? arrival.Value.LostPassword : entered.Error;
    }

    /// <summary>Gives somebody who is signed in another way in.</summary>
    public async Task<Result> LinkAsync(PortalUser user, ExternalPerson person, CancellationToken ct)
    {
        var allowed = Allow(person);
        if (!allowed.Succeeded)
            return allowed;
        if (await users.FindByLoginAsync(person.Issuer, person.Subject) is { } linked)
            return linked.Id == user.Id ? Result.Ok : new ExternalLinkedElsewhere(settings.DisplayName);
        return await AddAsync(user, person, ct);
    }

    private async Task<Result<Arrival>> ArriveAsync(ExternalPerson person, string? invitation, CancellationToken ct)
    {
        if (await users.FindByLoginAsync(person.Issuer, person.Subject) is { } linked)
            return await JoinAsync(new Arrival(linked), invitation, ct);
        if (person.Email is not { } email)
            return new ExternalAddressMissing(settings.DisplayName);
        if (await users.FindByEmailAsync(email) is { } local)
        {
            if (!person.IsVerified)
                return new ExternalAddressUnverified(settings.DisplayName);
            return await TakeOverAsync(local, person, invitation, ct);
        }

        return await MakeAsync(person, email, invitation, ct);
    }

    private async Task<Result<Arrival>> TakeOverAsync(PortalUser local, ExternalPerson person, string? invitation, CancellationToken ct)
    {
        if (await users.IsLockedOutAsync(local))
            return new TeamSignIn.LockedOut();
        // Whoever registers somebody else's address first would keep a way into what its owner does here. So a password
        // of an address that nobody has shown to be theirs ends when its owner comes.
        var lost = local is { EmailConfirmed: false, PasswordHash: not null };
        if (lost)
            await users.RemovePasswordAsync(local);
        var added = await AddAsync(local, person, ct);
        return added.Succeeded ? await JoinAsync(new Arrival(local, LostPassword: lost), invitation, ct) : added.Error;
    }

    /// <summary>With the link of an invitation into its team, otherwise into a team that the account is in already.</summary>
    private async Task<Result<Arrival>> JoinAsync(Arrival arrival, string? invitation, CancellationToken ct)
    {
        if (await users.IsLockedOutAsync(arrival.User))
            return new TeamSignIn.LockedOut();
        if (invitation is null)
            return arrival;
        var joined = await invitations.AcceptAsync(invitation, new UserId(arrival.User.Id), arrival.User.Email ?? "", ct);
        return joined.Succeeded ? arrival with { Team = joined.Value } : joined.Error;
    }

    private async Task<Result<Arrival>> MakeAsync(ExternalPerson person, string email, string? invitation, CancellationToken ct)
    {
        var name = string.IsNullOrEmpty(person.Name) ? email.Split('@')[0] : person.Name;
        name = name.Length > PortalUser.DisplayNameMaxLength ? name[..PortalUser.DisplayNameMaxLength] : name;
        var account = new NewAccount(email, Password: null, name, person.Login, person.IsVerified);
        if (invitation is not null)
        {
            var joined = await invitations.RegisterAsync(invitation, account, ct);
            return joined.Succeeded ? await MadeAsync(person, joined.Value) : joined.Error;
        }

        if (!settings.Register)
            return new ExternalInvitationNeeded(settings.DisplayName);
        var team = $"{name[..Math.Min(name.Length, Domain.Tenancy.Tenant.NameMaxLength - 7)]}’s team";
        var registered = await accounts.RegisterAsync(account, team, ct);
        return registered.Succeeded ? await MadeAsync(person, registered.Value.Tenant) : registered.Error;
    }

    private async Task<Result<Arrival>> MadeAsync(ExternalPerson person, TenantId team) =>
        new Arrival((await users.FindByLoginAsync(person.Issuer, person.Subject))!, team);

    private async Task<Result> AddAsync(PortalUser user, ExternalPerson person, CancellationToken ct)
    {
        user.EmailConfirmed |= person.IsVerified && string.Equals(user.Email, person.Email, StringComparison.OrdinalIgnoreCase);
        var added = await users.AddLoginAsync(user, person.Login);
        if (!added.Succeeded)
            return new ExternalLinkedElsewhere(settings.DisplayName);
        foreach (var team in await accounts.FindMembershipsAsync(new UserId(user.Id), ct))
            await accounts.RecordAsync(new UserId(user.Id), team.Tenant, AuditAction.LoginLink, $"{settings.DisplayName}: {person.Login.ProviderDisplayName}", ct);
        return Result.Ok;
    }

    /// <summary>A domain says nothing while the provider does not vouch for the address.</summary>
    private Result Allow(ExternalPerson person) =>
        settings.AllowedDomains.Count == 0 || (person is { IsVerified: true, Email: { } email } && settings.Allows(email))
            ? Result.Ok
            : new ExternalDomainRefused(settings.DisplayName);
}
