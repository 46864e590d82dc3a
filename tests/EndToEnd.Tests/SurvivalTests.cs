using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>kill -9 at random moments: no run is lost, none is stuck, no orphan blob stays.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class SurvivalTests(BrowserFixture browser, ITestOutputHelper output)
{
    private const int WorkerKills = 10;
    private const int PortalKills = 5;

    /// <summary>Milliseconds from the start of a training process to its end at most: it trains for longer than that.</summary>
    private const int Longest = 6_000;

    /// <summary>Sweeps often and spares little, so that a test sees what an hour would bring.</summary>
    private static readonly Dictionary<string, string> FastSweeps = new()
    {
        ["Blobs__SweepGrace"] = "00:00:02",
        ["Blobs__SweepInterval"] = "00:00:03",
    };

    private readonly Random random = new(7);

    [Fact]
    public async Task Training_goes_on_however_often_its_process_is_killed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct, FastSweeps);
        var person = new Person(await browser.NewPersonAsync(portal), "Worker kills");
        var page = person.Page;
        await person.RegisterAsync();
        var project = await SmallProjectAsync(person);
        await TrainAsync(person, project);

        for (var kill = 1; kill <= WorkerKills; kill++)
        {
            await HitAsync(person, portal, project, ct);
            await person.RunStatusAsync("Failed", TimeSpan.FromSeconds(20));
            var reason = await page.Locator(".fs-failed").InnerTextAsync();
            output.WriteLine($"kill {kill}: {reason.ReplaceLineEndings(" ")}");
            Assert.Contains("signal 9", reason, StringComparison.Ordinal);
            if (kill == 1)
                await person.ShootAsync("run-failed");
            await page.Locator("[data-test=resume-run]").ClickAsync();
            await person.RunStatusAsync("Running", TimeSpan.FromSeconds(20));
        }

        await ResultsAndNoOrphansAsync(person, portal, project, ct);
    }

    [Fact]
    public async Task A_run_finishes_however_often_the_portal_is_killed()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct, FastSweeps);
        var person = new Person(await browser.NewPersonAsync(portal), "Portal kills");
        await person.RegisterAsync();
        var project = await SmallProjectAsync(person);
        await TrainAsync(person, project);

        for (var kill = 1; kill <= PortalKills; kill++)
        {
            var child = await VictimAsync(person, portal, project, ct);
            await Task.Delay(random.Next(200, Longest), ct);
            await portal.KillAsync(ct);
            await portal.LaunchAsync(ct);
            output.WriteLine($"kill {kill}: answering again after {portal.StartTime.TotalSeconds:0.0} s");
            // The orphan notices that its parent is gone, or the new portal ends it: two never write in one folder.
            await UntilAsync(() => !TrainingChildren.IsAlive(child), TimeSpan.FromSeconds(20), "The old training process still runs.", ct);
        }

        // Still signed in: the keys of the cookie outlive the process.
        await ResultsAndNoOrphansAsync(person, portal, project, ct);
    }

    [Fact]
    public async Task Cancelling_stops_the_process_within_five_seconds()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var portal = await PortalProcess.StartAsync(ct);
        var person = new Person(await browser.NewPersonAsync(portal), "Cancel team");
        await person.RegisterAsync();
        var project = await SmallProjectAsync(person);
        await person.StartTrainingAsync(project, () => person.ShortRecipeAsync(epochs: 500, steps: 10, batch: 4));
        var child = await VictimAsync(person, portal, project, ct);
        await Task.Delay(4_000, ct);
        var watch = Stopwatch.StartNew();
        await person.Page.Locator("[data-test=cancel-run]").ClickAsync();
        await UntilAsync(() => !TrainingChildren.IsAlive(child), TimeSpan.FromSeconds(30), "The training process still runs.", ct);
        output.WriteLine($"cancelled after {watch.Elapsed.TotalSeconds:0.0} s");
        await person.RunStatusAsync("Cancelled", TimeSpan.FromSeconds(5));
        // Four seconds of grace, then the process is ended: five and the circuit's way.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(6), $"Cancelling took {watch.Elapsed}.");
    }

    private static async Task<string> SmallProjectAsync(Person person)
    {
        var project = await person.CreateProjectAsync("Plate");
        var shots = Directory.GetFiles(SharedFiles.Data("inspection", "metal_plate", "train", "good")).Order(StringComparer.Ordinal).ToList();
        await person.UploadFilesAsync(project, "target-support", shots.Take(2));
        await person.UploadFilesAsync(project, "target-test-normal", shots.Skip(2).Take(4));
        return project;
    }

    /// <summary>A run that is long enough to be hit, and real: two shots, one query a step.</summary>
    private static Task<string> TrainAsync(Person person, string project) =>
        person.StartTrainingAsync(project, () => person.ShortRecipeAsync(epochs: 60, steps: 3, batch: 1));

    /// <summary>Kills the training process at a random moment of its life.</summary>
    private async Task HitAsync(Person person, PortalProcess portal, string project, CancellationToken ct)
    {
        int child;
        do
        {
            child = await VictimAsync(person, portal, project, ct);
            await Task.Delay(random.Next(200, Longest), ct);
        }
        while (!TrainingChildren.TryKill(child));
    }

    /// <summary>The one training process. A fast machine finishes a run between two kills: then the next run is put to the test.</summary>
    private static async Task<int> VictimAsync(Person person, PortalProcess portal, string project, CancellationToken ct)
    {
        while (true)
        {
            await UntilAsync(
                () => TrainingChildren.Of(portal.Id).Count > 0 || Ledger.RunStates(portal).All(state => state == "Succeeded"),
                TimeSpan.FromSeconds(45), "No training process was started.", ct);
            var children = TrainingChildren.Of(portal.Id);
            if (children.Count > 0)
                return Assert.Single(children);
            await TrainAsync(person, project);
        }
    }

    private static async Task ResultsAndNoOrphansAsync(Person person, PortalProcess portal, string project, CancellationToken ct)
    {
        await UntilAsync(
            () => Ledger.RunStates(portal).All(state => state is not ("Queued" or "Running")), TimeSpan.FromMinutes(5), "A run is stuck.", ct);
        var runs = Ledger.RunEnds(portal);
        Assert.All(runs, state => Assert.Equal("Succeeded", state));
        await person.OpenAsync($"/projects/{project}/results");
        await Expect(person.Page.GetByRole(AriaRole.Button, new() { Name = "All 4" })).ToBeVisibleAsync();
        await person.OpenAsync("/runs");
        await Expect(person.Page.Locator("tbody tr")).ToHaveCountAsync(runs.Count);
        await UntilAsync(
            () => Ledger.Stored(portal).SetEquals(Ledger.Referenced(portal)), TimeSpan.FromSeconds(30),
            "Blobs and rows do not match.", ct);
        var work = Path.Combine(portal.DataDirectory, "work");
        await UntilAsync(() => !Directory.Exists(work) || Directory.GetFileSystemEntries(work).Length == 0, TimeSpan.FromSeconds(30), "Work files were left.", ct);
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string otherwise, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < limit, otherwise);
            await Task.Delay(100, ct);
        }
    }
}
