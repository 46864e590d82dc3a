using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Identity;

namespace FewShotAD.Portal.Commands;

/// <summary><c>bootstrap</c>: an account, a team that it owns and a key, for scripts that set up an installation.</summary>
internal static class BootstrapCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly Option<string> Team = new("--team") { Description = "The team's name.", Required = true };
    private static readonly Option<string> Email = new("--email") { Description = "The owner's e-mail address.", Required = true };
    private static readonly Option<string?> Name = new("--name") { Description = "The owner's name; the part before the @ when not given." };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the owner's password from standard input.", Required = true };
    private static readonly Option<bool> ApiKey = new("--api-key") { Description = "Make an API key with all scopes." };

    /// <param name="AccountCreated">False for an account that was there, with this password.</param>
    /// <param name="TeamCreated">False for a team of this name that the account owned.</param>
    private sealed record Answer(string Team, Guid TeamId, Guid UserId, string Email, string? ApiKey, bool AccountCreated, bool TeamCreated);

    public static Command Create()
    {
        var command = new Command("bootstrap", "Make an account with a team, or find them again, and print them as JSON.") { Team, Email, Name, PasswordStdin, ApiKey };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => RunAsync(parsed, services, stop), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IServiceProvider services, CancellationToken ct)
    {
        // A line, as “echo” sends it; blanks within or around belong to the password.
        var password = (await Console.In.ReadToEndAsync(ct)).TrimEnd('\r', '\n');
        var made = await MakeAsync(services, parsed.GetValue(Email)!.Trim(), password, parsed.GetValue(Name), parsed.GetValue(Team)!.Trim(), ct);
        if (!made.Succeeded)
            return await RefuseAsync(made.Error);
        var answer = made.Value;
        if (parsed.GetValue(ApiKey))
        {
            var create = ActivatorUtilities.CreateInstance<CreateApiKey>(services);
            var owner = new Actor(new TenantId(answer.TeamId), new UserId(answer.UserId), TeamRole.Owner);
            var request = new CreateApiKey.Request("Made by bootstrap", TeamPermissionRules.Scopes, Domain.Tenancy.ApiKey.DefaultRequestsPerMinute, null);
            var key = await create.HandleAsync(owner, request, ct);
            if (!key.Succeeded)
                return await RefuseAsync(key.Error);
            answer = answer with { ApiKey = key.Value.Token };
        }

        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(answer, Json));
        return 0;
    }

    private static async Task<Result<Answer>> MakeAsync(
        IServiceProvider services, string email, string password, string? name, string team, CancellationToken ct)
    {
        var accounts = services.GetRequiredService<Accounts>();
        var users = services.GetRequiredService<UserManager<PortalUser>>();
        if (await users.FindByEmailAsync(email) is not { } user)
        {
            var registered = await accounts.RegisterAsync(new NewAccount(email, password, name ?? email.Split('@')[0]), team, ct);
            return registered.Succeeded
                ? new Answer(team, registered.Value.Tenant.Value, registered.Value.User.Value, email, null, AccountCreated: true, TeamCreated: true)
                : registered.Error;
        }

        if (!await users.CheckPasswordAsync(user, password))
            return new OtherPassword(email);
        var id = new UserId(user.Id);
        var own = (await accounts.FindMembershipsAsync(id, ct)).FirstOrDefault(m => m.Name == team && m.Role == TeamRole.Owner);
        if (own is not null)
            return new Answer(own.Name, own.Tenant.Value, user.Id, user.Email!, null, AccountCreated: false, TeamCreated: false);
        var founded = await accounts.FoundTeamAsync(id, team, ct);
        return founded.Succeeded
            ? new Answer(team, founded.Value.Value, user.Id, user.Email!, null, AccountCreated: false, TeamCreated: true)
            : founded.Error;
    }

    private static async Task<int> RefuseAsync(Error error)
    {
        await Console.Error.WriteLineAsync(error.Message);
        return 1;
    }

    private sealed record OtherPassword(string Email)
        : Error(ErrorKind.Conflict, "bootstrap.password", $"There is an account {Email} already, with another password. Give that password, or another address.");
}
