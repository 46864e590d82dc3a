using System.Globalization;
using FewShotAD.Domain.Training;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A person whose runs wait: place, reason, pause, resume, history; and a schedule. The worker is a script that trains until it is told to stop.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class QueuePageTests(BrowserFixture browser)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Runs_say_why_they_wait_and_can_be_paused()
    {
        var ct = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("fewshotad-worker-").FullName;
        await using var portal = await PortalProcess.StartAsync(ct, new() { ["Training__Executable"] = await WorkerAsync(folder, ct) });
        var person = new Person(await browser.NewPersonAsync(portal), "Queue line");
        await person.RegisterAsync();
        var project = await person.CreateProjectAsync("Flange");
        await ReviewSeed.ScoresAsync(portal, project, [.. Enumerable.Range(0, 160).Select(i => 0.8 + (0.01 * (i % 25)) + (i > 110 ? 0.1 : 0))], 0, ct);

        var first = await StartAsync(person, project, seed: 1);
        await person.RunStatusAsync("Running", Soon);
        await Expect(person.Page.Locator("[data-test=run-history]")).ToContainTextAsync("Queued by Owner of Queue line");
        await StartAsync(person, project, seed: 2);
        await Expect(person.Page.Locator("[data-test=queue-place]")).ToContainTextAsync("the worker is busy");
        var third = await StartAsync(person, project, seed: 3);
        await Expect(person.Page.Locator("[data-test=queue-place]")).ToHaveTextAsync("1 job ahead of yours.");
        await Expect(person.Page.Locator("[data-test=starts-in]")).ToBeVisibleAsync();
        await person.ShootAsync("run-waiting");

        await person.Page.Locator("[data-test=pause-run]").ClickAsync();
        await person.RunStatusAsync("Paused", Soon);
        await person.Page.Locator("[data-test=resume-run]").ClickAsync();
        await person.RunStatusAsync("Queued", Soon);
        await person.OpenAsync("/runs");
        await Expect(person.Page.Locator("[data-test=place]")).ToHaveCountAsync(2);
        await person.ShootAsync("runs-waiting");

        // The same again is asked about.
        await person.OpenAsync($"/projects/{project}/train");
        await SeedAsync(person, 3);
        await person.Page.Locator("[data-test=start-training]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=same-run]")).ToContainTextAsync("does the same already");
        await person.ShootAsync("train-same");

        // A running one stops after its checkpoint and frees the worker.
        await person.OpenAsync(first);
        await person.Page.Locator("[data-test=pause-run]").ClickAsync();
        await person.RunStatusAsync("Paused", Soon);
        await Expect(person.Page.Locator("[data-test=paused-note]")).ToContainTextAsync("Paused after epoch 2");
        await Expect(person.Page.Locator("[data-test=resume-run]")).ToHaveTextAsync("Resume from epoch 2");
        await person.ShootAsync("run-paused");
        await person.OpenAsync(third);
        await Expect(person.Page.Locator("[data-test=queue-place]")).ToContainTextAsync("the worker is busy", new() { Timeout = 30_000 });

        await person.OpenAsync($"/projects/{project}/results");
        await person.Page.Locator("[data-test=publish]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=unpublish]")).ToBeVisibleAsync();
        await person.OpenAsync($"/projects/{project}");
        await Expect(person.Page.Locator("[data-test=drift-now]")).ToContainTextAsync("PSI");
        await person.ShootAsync("project-drift");
        await person.OpenAsync($"/projects/{project}/schedules");
        await person.Page.Locator("[data-test=time-zone]").FillAsync("Europe/Berlin");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
        await Expect(person.Page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync();
        await person.Page.Locator("[data-test=schedule-name]").FillAsync("Every Monday");
        await person.Page.Locator("[data-test=save-schedule]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=schedule]")).ToContainTextAsync("Every Monday at 02:00");
        // All of it can be another one, and what comes of it is seen before it is saved.
        await person.Page.Locator("[data-test=change-schedule]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=schedule-name]")).ToHaveValueAsync("Every Monday");
        await person.Page.Locator("[data-test=schedule-name]").FillAsync("Month end");
        await person.Page.Locator("[data-test=cron-beat]").SelectOptionAsync("Monthly");
        await person.Page.Locator("[data-test=cron-month-day]").SelectOptionAsync("0");
        await person.Page.Locator("[data-test=cron-time]").FillAsync("22:30");
        await Expect(person.Page.Locator("[data-test=cron-next] li").First).ToContainTextAsync("22:30 UTC+");
        await Expect(person.Page.Locator("[data-test=cron-next] li")).ToHaveCountAsync(5);
        await person.Page.Locator("[data-test=schedule-method]").SelectOptionAsync("UniAd");
        await person.Page.Locator("[data-test=schedule-seed]").FillAsync("7");
        // Without the note that the time zone was saved: half gone, it has less contrast than it was given.
        await person.MessagesGoneAsync();
        await person.ShootAsync("schedules");
        await person.Page.Locator("[data-test=save-schedule]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=schedule]")).ToContainTextAsync("Last day of every month at 22:30");
        await Expect(person.Page.Locator("[data-test=schedule]")).ToContainTextAsync("UniAD");
        await person.Page.Locator("[data-test=toggle-schedule]").ClickAsync();
        await Expect(person.Page.Locator("[data-test=schedule]")).ToContainTextAsync("paused");
        Assert.Empty(person.Violations);
        Directory.Delete(folder, recursive: true);
    }

    private static Task<string> StartAsync(Person person, string project, int seed) => person.StartTrainingAsync(project, () => SeedAsync(person, seed));

    private static async Task SeedAsync(Person person, int seed)
    {
        var field = person.Page.Locator("input[data-test=seed]");
        await field.FillAsync(seed.ToString(CultureInfo.InvariantCulture));
        await field.PressAsync("Tab");
    }

    private static async Task<string> WorkerAsync(string folder, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The stand-in for the training program is a bash script.");
        var path = Path.Combine(folder, "worker.sh");
        await File.WriteAllTextAsync(path, """
            #!/bin/bash
            echo '{"type":"started","device":"cpu","deviceReason":"The only device","threads":1,"codeVersion":"0.1.0","libraryVersions":"test","resumedFromEpoch":0}'
            echo '{"type":"checkpoint","epoch":2}'
            read -r word
            exit 3
            """, ct);
        // A run cannot be started without weights; nobody reads these.
        var backbone = BackboneChoice.Find(BackboneChoice.Default)!;
        var weights = Directory.CreateDirectory(Path.Combine(folder, "backbones", backbone.Name)).FullName;
        foreach (var file in backbone.Files)
            await File.WriteAllTextAsync(Path.Combine(weights, file.Name), "weights", ct);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
