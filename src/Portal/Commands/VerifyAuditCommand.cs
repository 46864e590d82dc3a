using System.CommandLine;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Portal.Commands;

/// <summary><c>verify-audit</c>: follows the audit trails of all teams. Exit code 1 when one of them is broken.</summary>
internal static class VerifyAuditCommand
{
    private static readonly Option<string[]> Known = new("--known")
    {
        Description = "TEAM-ID=HASH: a hash of this team's trail that was kept elsewhere and must be in it. Can be given several times.",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        var command = new Command("verify-audit", "Check that no team's audit trail was changed.") { Known };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => RunAsync(parsed.GetValue(Known)!, services, stop), ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] given, IServiceProvider services, CancellationToken ct)
    {
        var known = new Dictionary<Guid, string>();
        foreach (var pair in given)
        {
            if (pair.Split('=') is not [var team, var hash] || !Guid.TryParse(team, out var id) || !known.TryAdd(id, hash))
            {
                await Console.Error.WriteLineAsync($"“{pair}” is not TEAM-ID=HASH, or the team was named before.");
                return 1;
            }
        }

        var verification = services.GetRequiredService<AuditVerification>();
        var broken = false;
        foreach (var (team, name) in await verification.TeamsAsync(ct))
        {
            known.Remove(team.Value, out var hash);
            var verdict = await verification.CheckAsync(team, hash, ct);
            broken |= !verdict.IsWhole;
            await Console.Out.WriteLineAsync(verdict.IsWhole
                ? $"whole   {team.Value}  {verdict.Entries} entries, last {verdict.LastHash}  {name}"
                : $"BROKEN  {team.Value}  at entry {verdict.Broken}: {verdict.Why}  {name}");
        }

        foreach (var missing in known.Keys)
        {
            broken = true;
            await Console.Out.WriteLineAsync($"BROKEN  {missing}  there is no such team any more");
        }

        return broken ? 1 : 0;
    }
}
