using System.CommandLine;
using System.Globalization;
using FewShotAD.Infrastructure.Storage;

namespace FewShotAD.Portal.Commands;

/// <summary><c>copy-blobs</c>: takes an installation's blobs to another store. Exit code 1 when a blob is not what its name says.</summary>
internal static class CopyBlobsCommand
{
    private const string Stores = "file or azure as configured, file:FOLDER, or azure:CONTAINER.";

    private static readonly Option<string> From = new("--from") { Description = $"The store to copy from: {Stores}", Required = true };
    private static readonly Option<string> To = new("--to") { Description = $"The store to copy to: {Stores}", Required = true };
    private static readonly Option<bool> CheckAll = new("--check-all") { Description = "Read back blobs that an earlier copy brought, too." };

    public static Command Create()
    {
        var command = new Command("copy-blobs", "Copy all teams' blobs from one store to another, checking each. Can be interrupted and begun again.") { From, To, CheckAll };
        command.SetAction((parsed, ct) => PortalCommands.WithServicesAsync((services, stop) => RunAsync(parsed, services, stop), ct));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IServiceProvider services, CancellationToken ct)
    {
        var counts = await services.GetRequiredService<BlobCopies>().RunAsync(parsed.GetValue(From)!, parsed.GetValue(To)!, parsed.GetValue(CheckAll), ct);
        foreach (var key in counts.Damaged)
            await Console.Error.WriteLineAsync($"DAMAGED {key}");
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{counts.Copied} copied ({counts.Bytes} bytes), {counts.AlreadyThere} already there, {counts.Damaged.Count} damaged"));
        return counts.Damaged.Count == 0 ? 0 : 1;
    }
}
