using System.CommandLine;
using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Backups;

namespace FewShotAD.Portal.Commands;

/// <summary>
/// <c>backup</c>, <c>restore</c> and <c>verify</c>: the whole installation, all teams. Exit code 0 when all is whole, 1 when something was found
/// damaged or missing, 2 when it could not be done at all.
/// </summary>
internal static class BackupCommands
{
    private const int Whole = 0;
    private const int Broken = 1;
    private const int Refused = 2;

    private static readonly Option<string> To = new("--to") { Description = "The folder of backups. Blobs that it has already are not copied again.", Required = true };
    private static readonly Option<string> From = new("--from") { Description = "The folder of backups, for the newest in it, or the folder of one.", Required = true };
    private static readonly Option<string?> Backup = new("--backup") { Description = "A folder of backups, for the newest in it, or the folder of one; without it the installation is looked through." };

    public static Command CreateBackup()
    {
        var command = new Command("backup", "Back up the whole installation, also while it is at work. Can be interrupted and begun again.") { To };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => BackUpAsync(parsed.GetValue(To)!, services, stop), ct, prepares: false, Refused));
        return command;
    }

    public static Command CreateRestore()
    {
        var command = new Command("restore", "Fill an empty installation from a backup, of whichever database. No portal may run on it.") { From };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => RestoreAsync(parsed.GetValue(From)!, services, stop), ct, prepares: true, Refused));
        return command;
    }

    public static Command CreateVerify()
    {
        var command = new Command("verify", "Look through the installation, also while it is at work, or through a backup. Changes nothing.") { Backup };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => VerifyAsync(parsed.GetValue(Backup), services, stop), ct, prepares: false, Refused));
        return command;
    }

    private static async Task<int> BackUpAsync(string folder, IServiceProvider services, CancellationToken ct)
    {
        var taken = await services.GetRequiredService<InstallationBackup>().RunAsync(folder, ct);
        if (!taken.Succeeded)
            return await RefuseAsync(taken.Error);
        var report = taken.Value;
        foreach (var blob in report.Missing)
            await Console.Error.WriteLineAsync($"MISSING {blob}");
        foreach (var blob in report.Damaged)
            await Console.Error.WriteLineAsync($"DAMAGED {blob}");
        await SayAsync($"{report.Rows} rows of {report.Tables} tables, {report.Keys} keys");
        await SayAsync($"{report.Copied} blobs copied ({report.Bytes} bytes), {report.AlreadyThere} already there, {report.Missing.Count} missing, {report.Damaged.Count} damaged");
        await SayAsync($"{report.Folder} is complete");
        return report.Missing.Count + report.Damaged.Count == 0 ? Whole : Broken;
    }

    private static async Task<int> RestoreAsync(string folder, IServiceProvider services, CancellationToken ct)
    {
        var restored = await services.GetRequiredService<InstallationRestore>().RunAsync(folder, ct);
        if (!restored.Succeeded)
            return await RefuseAsync(restored.Error);
        var report = restored.Value;
        foreach (var blob in report.Lost)
            await Console.Error.WriteLineAsync($"MISSING {blob}");
        await SayAsync($"{report.Rows} rows of {report.Tables} tables, {report.Keys} keys, {report.Blobs} blobs ({report.AlreadyThere} were there already)");
        await SayAsync($"Restored from {report.Backup}, taken {report.TakenAt:u}. Look through it with verify, then start the portal.");
        return report.Lost.Count == 0 ? Whole : Broken;
    }

    private static async Task<int> VerifyAsync(string? backup, IServiceProvider services, CancellationToken ct)
    {
        var verification = services.GetRequiredService<InstallationVerification>();
        var looked = backup is null ? await verification.OfInstallationAsync(ct) : await verification.OfBackupAsync(backup, ct);
        if (!looked.Succeeded)
            return await RefuseAsync(looked.Error);
        var code = Whole;
        await foreach (var finding in looked.Value)
        {
            code = finding.IsWhole ? code : Broken;
            await Console.Out.WriteLineAsync($"{(finding.IsWhole ? "whole  " : "BROKEN ")} {finding.Says}");
        }

        return code;
    }

    private static Task SayAsync(FormattableString text) => Console.Out.WriteLineAsync(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<int> RefuseAsync(Error error)
    {
        await Console.Error.WriteLineAsync(error.Message);
        return Refused;
    }
}
