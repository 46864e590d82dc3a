using System.CommandLine;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Portal.Commands;

/// <summary><c>verify-audit</c>: follows the audit trails of all teams and of the platform. Exit code 1 when one of them is broken.</summary>
internal static class VerifyAuditCommand
{
    private static readonly Option<string[]> Known = new("--known")
    {
        Description = "TEAM-ID=HASH, or platform=HASH: a hash of this trail that was kept elsewhere and must be in it. Can be given several times.",
        DefaultValueFactory = _ => [],
    };

    private const string Platform = "platform";

    public static Command Create()
    {
        var command = new Command("verify-audit", "Check that neither a team's audit trail nor the platform's was changed.") { Known };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => RunAsync(parsed.GetValue(Known)!, services, stop), ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] given, IServiceProvider services, CancellationToken ct)
    {
        var known = new Dictionary<Guid, string>();
        foreach (var pair in given)
        {
            if (pair.Split('=') is not [var trail, var hash] || !(Guid.TryParse(trail, out var id) || trail == Platform) || !known.TryAdd(id, hash))
            {
                await Console.Error.WriteLineAsync($"“{pair}” is not TEAM-ID=HASH or {Platform}=HASH, or the trail was named before.");
                return 1;
            }
        }

        var verification = services.GetRequiredService<AuditVerification>();
        known.Remove(Guid.Empty, out var ofPlatform);
        var own = await verification.CheckPlatformAsync(ofPlatform, ct);
        var broken = !own.IsWhole;
        await SayAsync(own, Platform, "");
        foreach (var (team, name) in await verification.TeamsAsync(ct))
        {
            known.Remove(team.Value, out var hash);
            var verdict = await verification.CheckAsync(team, hash, ct);
            broken |= !verdict.IsWhole;
            await SayAsync(verdict, $"{team.Value}", name);
        }

        foreach (var missing in known.Keys)
        {
            broken = true;
            await Console.Out.WriteLineAsync($"BROKEN  {missing}  there is no such team any more");
        }

        return broken ? 1 : 0;
    }

    private static Task SayAsync(AuditVerdict verdict, string trail, string name) => Console.Out.WriteLineAsync((verdict.IsWhole
        ? $"whole   {trail}  {verdict.Entries} entries, last {verdict.LastHash}  {name}"
        : $"BROKEN  {trail}  at entry {verdict.Broken}: {verdict.Why}  {name}").TrimEnd());
}
