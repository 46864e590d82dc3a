using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Infrastructure.Tests.Identity;

public sealed class AccountsTests
{
    private const string Password = "three plain words";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Registering_makes_an_account_a_team_and_its_owner()
    {
        await using var installation = await Installation.CreateAsync();
        await using var scope = installation.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<Accounts>();
        var registered = await accounts.RegisterAsync(new NewAccount(" ada@example.com ", Password, "Ada"), "Line 4", Ct);
        Assert.True(registered.Succeeded, registered.Error?.Message);

        var team = Assert.Single(await accounts.FindMembershipsAsync(registered.Value.User, Ct));
        Assert.Equal(new TeamOfUser(registered.Value.Tenant, "Line 4", TeamRole.Owner), team);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = await users.FindByEmailAsync("ADA@example.com");
        Assert.Equal(("Ada", registered.Value.User.Value), (user?.DisplayName, user?.Id));
        Assert.True(await users.CheckPasswordAsync(user!, Password));
    }

    [Theory]
    [InlineData("not an address", Password, "Ada", "Team", typeof(InvalidEmail))]
    [InlineData("ada@example.com", "too short", "Ada", "Team", typeof(PasswordTooShort))]
    [InlineData("ada@example.com", Password, " ", "Team", typeof(InvalidDisplayName))]
    [InlineData("ada@example.com", Password, "Ada", "", typeof(InvalidTeamName))]
    [InlineData("taken@example.com", Password, "Ada", "Team", typeof(EmailTaken))]
    [InlineData("TAKEN@example.com", Password, "Ada", "Team", typeof(EmailTaken))]
    public async Task What_cannot_be_registered_says_why_and_leaves_nothing(string email, string password, string name, string team, Type error)
    {
        await using var installation = await Installation.CreateAsync();
        await using var scope = installation.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<Accounts>();
        Assert.True((await accounts.RegisterAsync(new NewAccount("taken@example.com", Password, "First"), "First", Ct)).Succeeded);
        var refused = await accounts.RegisterAsync(new NewAccount(email, password, name), team, Ct);
        Assert.IsType(error, refused.Error);
        await using var reader = installation.Across.Open("A test counts what is left");
        Assert.Equal((1, 1, 1), (await reader.Users.CountAsync(Ct), await reader.All<Tenant>().CountAsync(Ct), await reader.All<Membership>().CountAsync(Ct)));
    }

    [Fact]
    public async Task Of_two_who_register_one_address_at_once_one_gets_it()
    {
        await using var installation = await Installation.CreateAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(
            async () =>
            {
                await using var scope = installation.Services.CreateAsyncScope();
                return await scope.ServiceProvider.GetRequiredService<Accounts>().RegisterAsync(new NewAccount("one@example.com", Password, "One"), $"Team {i}", Ct);
            },
            Ct)));
        Assert.Single(outcomes, outcome => outcome.Succeeded);
        Assert.All(outcomes.Where(outcome => !outcome.Succeeded), outcome => Assert.IsType<EmailTaken>(outcome.Error));
        await using var reader = installation.Across.Open("A test counts what is left");
        Assert.Equal(1, await reader.All<Tenant>().CountAsync(Ct));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_five_minutes()
    {
        await using var installation = await Installation.CreateAsync();
        await using var scope = installation.Services.CreateAsyncScope();
        Assert.True((await scope.ServiceProvider.GetRequiredService<Accounts>().RegisterAsync(new NewAccount("eve@example.com", Password, "Eve"), "Team", Ct)).Succeeded);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = (await users.FindByEmailAsync("eve@example.com"))!;
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            Assert.False(await users.IsLockedOutAsync(user));
            await users.AccessFailedAsync(user);
        }

        Assert.True(await users.IsLockedOutAsync(user));
        Assert.InRange((await users.GetLockoutEndDateAsync(user))!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task The_teams_of_a_user_are_found_in_all_tenants_and_nobody_elses()
    {
        await using var installation = await Installation.CreateAsync();
        await using var scope = installation.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<Accounts>();
        var ada = (await accounts.RegisterAsync(new NewAccount("ada@example.com", Password, "Ada"), "Zeta", Ct)).Value;
        var bob = (await accounts.RegisterAsync(new NewAccount("bob@example.com", Password, "Bob"), "Alpha", Ct)).Value;
        await using (var context = installation.Db.ForTenant(bob.Tenant))
        {
            context.Memberships.Add(Membership.Create(bob.Tenant, ada.User, TeamRole.Viewer, DateTimeOffset.UnixEpoch));
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal(["Alpha", "Zeta"], (await accounts.FindMembershipsAsync(ada.User, Ct)).Select(t => t.Name));
        Assert.Equal([TeamRole.Owner], (await accounts.FindMembershipsAsync(bob.User, Ct)).Select(t => t.Role));
        Assert.Empty(await accounts.FindMembershipsAsync(new UserId(Guid.NewGuid()), Ct));
    }
}
