using FewShotAD.Load.Report;

namespace FewShotAD.Load.Circuits;

/// <summary>What came of all clicks.</summary>
internal sealed class ClickTimes
{
    /// <summary>Buttons of a page that stands: the shell's theme, a panel that folds.</summary>
    public Percentiles Buttons { get; } = new();

    /// <summary>Another filter or order of a list.</summary>
    public Percentiles Filters { get; } = new();

    /// <summary>Another page.</summary>
    public Percentiles Links { get; } = new();

    public Percentiles All { get; } = new();

    /// <summary>From a click to the last batch that it brought: all that the page reads has arrived.</summary>
    public Percentiles Settled { get; } = new();
}

/// <summary>Somebody at a page who clicks now and then, as chance has it.</summary>
internal sealed class CircuitWalk(CircuitPage page, IReadOnlyList<string> addresses, string results, Random random, ClickTimes times)
{
    private const string Theme = "Switch between dark and light";
    private const string Fold = "fold";
    private static readonly string[] Filters = ["", "?verdict=Defect", "?verdict=Uncertain", "?order=Name", "?order=Nearest"];
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private bool atResults;

    /// <param name="pause">Between two clicks, on average.</param>
    public async Task GoAsync(TimeSpan pause, TimeSpan length, CancellationToken ct)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await Task.Delay(pause * (2 * random.NextDouble()), ct);
            if (TimeProvider.System.GetElapsedTime(began) > length)
                return;
            var clicked = TimeProvider.System.GetTimestamp();
            await ClickAsync(ct);
            await page.SettleAsync(Quiet, ct);
            times.Settled.Add(TimeProvider.System.GetElapsedTime(clicked, page.LastBatch));
        }
    }

    private async Task ClickAsync(CancellationToken ct)
    {
        var choice = random.Next(10);
        if (choice < 4)
            await ButtonAsync(ct);
        else if (choice < 7 && atResults)
            Add(times.Filters, await page.FollowAsync(results + Filters[random.Next(Filters.Length)], ct));
        else
        {
            var address = addresses[random.Next(addresses.Count)];
            atResults = address == results;
            Add(times.Links, await page.FollowAsync(address, ct));
        }
    }

    private async Task ButtonAsync(CancellationToken ct) =>
        Add(times.Buttons, await page.ClickAsync(atResults && page.CanClick(Fold) && random.Next(2) == 0 ? Fold : Theme, ct));

    private void Add(Percentiles kind, TimeSpan time)
    {
        kind.Add(time);
        times.All.Add(time);
    }
}
