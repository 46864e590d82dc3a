using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FewShotAD.Infrastructure.Telemetry;

/// <param name="Busy">0 to 1; null where the card does not tell.</param>
internal sealed record CardUse(string Id, long UsedBytes, long TotalBytes, double? Busy);

/// <summary>
/// What the driver's own program says of the graphics cards of this node. The tensor library tells a process of its own tensors only, and a
/// library of the driver would bring native code into the portal (ADR 1).
/// </summary>
/// <param name="program">Of the driver; where it is missing there is no card.</param>
internal sealed class GraphicsCards(string program)
{
    public const string DriversProgram = "nvidia-smi";

    private const long Mebi = 1L << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private bool isMissing = program.Length == 0;
    private volatile IReadOnlyList<CardUse> last = [];

    public IReadOnlyList<CardUse> Last => last;

    /// <summary>Where there is no card this costs one look for the program, once.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        if (isMissing)
            return;
        last = [];
        try
        {
            last = [.. (await AskAsync(ct)).Split('\n').Select(Parse).OfType<CardUse>()];
        }
        catch (Win32Exception)
        {
            isMissing = true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // A driver that hangs: asked again the next time, and told to nobody meanwhile.
        }
    }

    private async Task<string> AskAsync(CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, ["--query-gpu=index,memory.used,memory.total,utilization.gpu", "--format=csv,noheader,nounits"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, CreateNoWindow = true,
        };
        using var process = Process.Start(start) ?? throw new Win32Exception("The system started no process.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var said = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await errors;
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? said : "";
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary><c>0, 1024, 81559, 37</c>: index, MiB used, MiB in all, per cent; a card that does not tell one of them says <c>[N/A]</c>.</summary>
    private static CardUse? Parse(string line) =>
        line.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } id, var used, var total, var busy] && Number(used) is { } usedMebi && Number(total) is { } totalMebi
            ? new CardUse(id, usedMebi * Mebi, totalMebi * Mebi, Number(busy) / 100.0)
            : null;

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
