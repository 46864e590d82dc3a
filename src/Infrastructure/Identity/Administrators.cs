using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Platform;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Identity;

/// <summary>Somebody who looks after the installation.</summary>
public sealed record AdministratorAccount(UserId User, string Name, string Email, DateTimeOffset Since);

/// <summary>
/// Who is an administrator of the platform. Only who has a shell on the machine says so: an address in a setting could be registered
/// by anybody, and no page makes an administrator, so that whoever takes one over makes no other.
/// </summary>
public sealed class Administrators
{
    private readonly IPortalContexts contexts;
    private readonly ILookupNormalizer normalizer;
    private readonly TimeProvider time;

    internal Administrators(IPortalContexts contexts, ILookupNormalizer normalizer, TimeProvider time) =>
        (this.contexts, this.normalizer, this.time) = (contexts, normalizer, time);

    /// <summary>Asked anew each time, as a place in a team is: who was one is none with the next request.</summary>
    public async Task<bool> IsAsync(UserId user, CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        return await context.PlatformAdministrators.AsNoTracking().AnyAsync(a => a.UserId == user, ct);
    }

    public async Task<IReadOnlyList<AdministratorAccount>> ListAsync(CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        var all = await context.PlatformAdministrators.AsNoTracking().ToListAsync(ct);
        var ids = all.Select(a => a.UserId.Value).ToList();
        var accounts = await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, ct);
        return
        [
            .. all.Select(a => (a.Since, Account: accounts.GetValueOrDefault(a.UserId.Value), a.UserId))
                .Select(a => new AdministratorAccount(a.UserId, a.Account?.DisplayName ?? "", a.Account?.Email ?? "", a.Since))
                .OrderBy(a => a.Email, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <param name="by">Who works at the shell.</param>
    public Task<Result> GrantAsync(string email, string by, CancellationToken ct) => ChangeAsync(
        email, by, PlatformAction.AdministratorGrant,
        (context, user, there) =>
        {
            if (there is not null)
                return new AlreadyAdministrator(email);
            context.PlatformAdministrators.Add(PlatformAdministrator.Create(user, time.GetUtcNow()));
            return Result.Ok;
        },
        ct);

    /// <inheritdoc cref="GrantAsync"/>
    public Task<Result> RevokeAsync(string email, string by, CancellationToken ct) => ChangeAsync(
        email, by, PlatformAction.AdministratorRevoke,
        (context, _, there) =>
        {
            if (there is null)
                return new NoAdministrator(email);
            context.PlatformAdministrators.Remove(there);
            return Result.Ok;
        },
        ct);

    private async Task<Result> ChangeAsync(
        string email, string by, string action, Func<PortalDbContext, UserId, PlatformAdministrator?, Result> change, CancellationToken ct)
    {
        var address = normalizer.NormalizeEmail(email.Trim());
        await using var context = contexts.Create(default);
        var account = await context.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedEmail == address, ct);
        if (account is null)
            return new NoSuchAccount(email);
        var user = new UserId(account.Id);
        var changed = change(context, user, await context.PlatformAdministrators.FirstOrDefaultAsync(a => a.UserId == user, ct));
        if (!changed.Succeeded)
            return changed;
        context.PlatformAudit.Add(PlatformEntry.Stage(by, new AuditNote(action, "account", $"{user}", account.Email ?? ""), time.GetUtcNow()));
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
