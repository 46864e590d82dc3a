using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Identity;

/// <param name="Password">Null for an account that signs in elsewhere.</param>
/// <param name="Login">Where it signs in, when elsewhere.</param>
/// <param name="IsConfirmed">Whether somebody we trust vouches that the address is this person's.</param>
public sealed record NewAccount(string? Email, string? Password, string? DisplayName, UserLoginInfo? Login = null, bool IsConfirmed = false);

/// <summary>Makes accounts, each together with its place in a team: an account without one could do nothing.</summary>
public sealed class NewAccounts(IServiceProvider services, IdentityErrorDescriber describer, TimeProvider time)
{
    /// <param name="context">Of the team.</param>
    /// <param name="place">Stages what gives the account its place; saved in one transaction with the account.</param>
    public async Task<Result<UserId>> CreateAsync(
        PortalDbContext context, NewAccount account, Func<UserId, CancellationToken, Task<Result>> place, CancellationToken ct)
    {
        var address = account.Email?.Trim() ?? "";
        if (!new EmailAddressAttribute().IsValid(address))
            return new InvalidEmail();
        var name = account.DisplayName?.Trim() ?? "";
        if (name.Length is 0 or > PortalUser.DisplayNameMaxLength)
            return new InvalidDisplayName();
        await using var transaction = await context.Database.BeginTransactionAsync(ct);
        var user = new PortalUser { Id = Guid.CreateVersion7(time.GetUtcNow()), UserName = address, Email = address, DisplayName = name, EmailConfirmed = account.IsConfirmed };
        try
        {
            // A manager over this very context, so that account, team and membership share the transaction.
            using var store = new PortalUserStore(context, describer);
            using var users = ActivatorUtilities.CreateInstance<UserManager<PortalUser>>(services, store);
            var created = account.Password is { } password ? await users.CreateAsync(user, password) : await users.CreateAsync(user);
            if (created.Succeeded && account.Login is { } login)
                created = await users.AddLoginAsync(user, login);
            if (!created.Succeeded)
                return AccountErrors.Of(created);
            var placed = await place(new UserId(user.Id), ct);
            if (!placed.Succeeded)
                return placed.Error;
            await context.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return new UserId(user.Id);
        }
        catch (DbUpdateException)
        {
            // Two registrations of one address at once: the unique index lets one through. Anything else is a real fault.
            await transaction.RollbackAsync(ct);
            context.ChangeTracker.Clear();
            if (await context.Users.AnyAsync(other => other.NormalizedUserName == user.NormalizedUserName, ct))
                return new EmailTaken();
            throw;
        }
    }
}
