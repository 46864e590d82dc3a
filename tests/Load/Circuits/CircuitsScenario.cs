using FewShotAD.Load.Report;
using FewShotAD.TestKit;

namespace FewShotAD.Load.Circuits;

/// <summary>Many people at pages: what a circuit weighs, and how long a click takes while all of them click.</summary>
/// <param name="Pause">Between two clicks of a person, on average.</param>
/// <param name="Seconds">For which they click.</param>
/// <param name="Images">Scored images of the project that they look at.</param>
internal sealed record CircuitsOptions(int Count, TimeSpan Pause, int Seconds, int Images, int Seed);

internal static class CircuitsScenario
{
    private const double LimitMegabytes = 1;
    private const double LimitMilliseconds = 250;
    private const int WarmUp = 8;
    private const int Together = 4;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    public static async Task<LoadReport> RunAsync(Target target, CircuitsOptions options, CancellationToken ct)
    {
        var report = new LoadReport("circuits", new Dictionary<string, string>
        {
            ["circuits"] = $"{options.Count}", ["pause between clicks"] = $"{options.Pause.TotalSeconds} s on average", ["clicking"] = $"{options.Seconds} s",
            ["images"] = $"{options.Images}", ["seed"] = $"{options.Seed}",
        });
        using var person = await target.RegisterAsync("Circuits", ct);
        var project = await ScoredBackup.RestoreAsync(person.Http, options.Images, ct);
        var results = $"/projects/{project}/results";
        string[] addresses = ["/", $"/projects/{project}", $"/projects/{project}/images", results, $"/projects/{project}/line", $"/projects/{project}/models", "/runs"];

        // What any circuit costs (code, caches, pools) is not what another one adds.
        var walk = new Walk(target, person, addresses, results, options);
        await Walk.CloseAsync(await walk.OpenAsync(WarmUp, new ClickTimes(), TimeSpan.FromSeconds(Math.Min(10, options.Seconds)), ct));
        var before = target.Server is { } idle ? await idle.CollectAsync(ct) : null;

        var times = new ClickTimes();
        var opening = TimeProvider.System.GetTimestamp();
        var pages = await walk.OpenAsync(options.Count, times, null, ct);
        report.Add("opening all circuits", TimeProvider.System.GetElapsedTime(opening).TotalSeconds, "s");
        try
        {
            foreach (var page in pages)
                await page.SettleAsync(Quiet, ct);
            await TellMemoryAsync(report, target, before, pages.Count, "after opening", ct);
            var busy = target.Server?.ProcessorTime;
            await walk.ClickAsync(pages, times, TimeSpan.FromSeconds(options.Seconds), ct);
            if (target.Server is { } server)
                report.Add("processor of the portal while clicking", (server.ProcessorTime - busy!.Value).TotalSeconds / options.Seconds, "cores");
            await TellMemoryAsync(report, target, before, pages.Count, "after clicking", ct);
        }
        finally
        {
            await Walk.CloseAsync(pages);
        }

        report.Times("button to first batch", times.Buttons);
        report.Times("filter to first batch", times.Filters);
        report.Times("link to first batch", times.Links);
        report.Times("click to the last batch of it", times.Settled);
        report.Add("click to first batch, median", times.All.At(0.5), "ms");
        report.AtMost("click to first batch, 95 %", times.All.At(0.95), "ms", LimitMilliseconds);
        report.Add("batches", pages.Sum(page => page.Batches), "");
        report.Add("batches", pages.Sum(page => page.Bytes) / 1048576.0, "MB");
        var failed = pages.Where(page => page.Fault is not null).Select(page => page.Fault!).ToList();
        report.AtMost("circuits that failed", failed.Count, "", 0);
        foreach (var reason in failed.Distinct().Take(5))
            report.Note(reason);
        return report;
    }

    private static async Task TellMemoryAsync(LoadReport report, Target target, ServerProcess.Memory? before, int circuits, string when, CancellationToken ct)
    {
        if (target.Server is not { } server || before is null)
            return;
        var now = await server.CollectAsync(ct);
        report.Add($"managed heap {when}", now.HeapMegabytes, "MB");
        report.Add($"working set {when}", now.WorkingSetMegabytes, "MB");
        report.AtMost($"managed heap per circuit {when}", (now.HeapMegabytes - before.HeapMegabytes) / circuits, "MB", LimitMegabytes);
        report.AtMost($"working set per circuit {when}", (now.WorkingSetMegabytes - before.WorkingSetMegabytes) / circuits, "MB", LimitMegabytes);
    }

    private sealed class Walk(Target target, HttpPerson person, string[] addresses, string results, CircuitsOptions options)
    {
        /// <param name="clicking">Null only opens the pages.</param>
        public async Task<IReadOnlyList<CircuitPage>> OpenAsync(int count, ClickTimes times, TimeSpan? clicking, CancellationToken ct)
        {
            var pages = new CircuitPage[count];
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = ct }, async (i, stop) =>
                pages[i] = await CircuitPage.OpenAsync(target.Url, person, addresses[i % addresses.Length], stop));
            if (clicking is { } length)
                await ClickAsync(pages, times, length, ct);
            return pages;
        }

        public Task ClickAsync(IReadOnlyList<CircuitPage> pages, ClickTimes times, TimeSpan length, CancellationToken ct) => Task.WhenAll(pages.Select((page, i) =>
            QuietlyAsync(new CircuitWalk(page, addresses, results, new Random(options.Seed + i), times).GoAsync(options.Pause, length, ct))));

        public static async Task CloseAsync(IReadOnlyList<CircuitPage> pages) =>
            await Parallel.ForEachAsync(pages, new ParallelOptions { MaxDegreeOfParallelism = Together }, async (page, _) => await page.DisposeAsync());

        /// <summary>A circuit that failed is counted; the others go on.</summary>
        private static async Task QuietlyAsync(Task walk)
        {
            try
            {
                await walk;
            }
            catch (InvalidOperationException)
            {
                // Its page says why.
            }
        }
    }
}
