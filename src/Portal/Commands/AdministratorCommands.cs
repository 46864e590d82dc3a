using System.CommandLine;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;

namespace FewShotAD.Portal.Commands;

/// <summary><c>grant-admin</c> and <c>revoke-admin</c>: who administers the platform. Nothing but these changes it.</summary>
internal static class AdministratorCommands
{
    private static readonly Option<string> Email = new("--email") { Description = "The address of an account that exists.", Required = true };

    public static Command CreateGrant() => Create(
        "grant-admin", "Make an account an administrator of the platform.", (administrators, email, by, ct) => administrators.GrantAsync(email, by, ct), "is an administrator of the platform now");

    public static Command CreateRevoke() => Create(
        "revoke-admin", "Make an administrator an account like others.", (administrators, email, by, ct) => administrators.RevokeAsync(email, by, ct), "is no administrator of the platform any more");

    private static Command Create(string name, string description, Func<Administrators, string, string, CancellationToken, Task<Result>> change, string says)
    {
        var command = new Command(name, description) { Email };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync(
            async (services, stop) =>
            {
                var email = parsed.GetValue(Email)!.Trim();
                // Whoever has a shell has no account here; the system's name is what there is.
                var changed = await change(services.GetRequiredService<Administrators>(), email, $"{Environment.UserName} at the shell", stop);
                await (changed.Succeeded ? Console.Out : Console.Error).WriteLineAsync(changed.Error?.Message ?? $"{email} {says}.");
                return changed.Succeeded ? 0 : 1;
            },
            ct));
        return command;
    }
}
