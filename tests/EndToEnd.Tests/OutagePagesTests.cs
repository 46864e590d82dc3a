using System.Text.Json;
using FewShotAD.Load.Uploads;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>What a person sees while database, storage or disk are away: what it is, what is safe, and afterwards everything as if nothing had been.</summary>
[Collection(nameof(BrowserCollection))]
public sealed class OutagePagesTests(BrowserFixture browser)
{
    private const string Typed = "Typed while nothing could be saved";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_that_an_outage_finds_open_say_so_keep_everything_and_go_on_by_themselves()
    {
        await using var fleet = await NodeFleet.StartWholeAsync(Ct, "all-1");
        var room = await OutageRoom.EnterAsync(browser, fleet["all-1"], Ct);
        using var rest = room.Rest;
        await DatabaseAsync(fleet, room);
        await StorageAsync(fleet, room);
        Assert.Empty(room.First.Violations);
    }

    [Fact]
    public async Task A_full_disk_keeps_what_is_typed_and_is_over_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(400, Ct);
        await using var portal = PortalProcess.Create([], Path.Combine(disk.Path, "data"));
        await portal.LaunchAsync(Ct);
        var room = await OutageRoom.EnterAsync(browser, portal, Ct);
        using var rest = room.Rest;
        var settings = room.First.Page;
        await room.First.OpenAsync($"/projects/{room.Project}/settings");
        var stranger = await room.StrangerAsync();

        disk.Fill();
        // What room the database's own files have is used up first.
        for (var i = 0; i < 500; i++)
        {
            using var made = await rest.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = $"During {i:000}" }, Ct);
            if (!made.IsSuccessStatusCode)
                break;
        }

        await settings.GetByLabel("Description").FillAsync(Typed);
        await SaveAsync(settings);
        await OutageRoom.SaysAsync(settings, "The portal’s disk is full.");
        await OutageRoom.SaysAsync(settings, "What you did last did not get through");
        await OutageRoom.IsWholeAsync(settings);
        await Expect(settings.GetByLabel("Description")).ToHaveValueAsync(Typed);
        await room.First.ShootAsync("outage-disk");

        // To sign in is written down, and there is no room for that: the form says so and waits.
        await stranger.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(stranger.GetByRole(AriaRole.Heading, new() { Name = "The disk is full" })).ToBeVisibleAsync();
        await Expect(stranger.GetByText("What you just sent is not saved")).ToBeVisibleAsync();

        disk.MakeRoom();
        await OutageRoom.SaysAsync(settings, "It works again.");
        await SaveAsync(settings);
        await Expect(settings.Locator(".mud-snackbar", new() { HasText = "Saved" })).ToBeVisibleAsync();
        await stranger.Locator("[data-part=back]").ClickAsync();
        await Expect(stranger.GetByLabel("E-mail")).ToBeVisibleAsync();
        await OutageRoom.SignInAsync(stranger);
        Assert.Empty(room.First.Violations);
    }

    private static async Task DatabaseAsync(NodeFleet fleet, OutageRoom room)
    {
        var (settings, project) = (room.First.Page, room.Project);
        var name = Typed[..24];
        await room.First.OpenAsync($"/projects/{project}/settings");
        var links = await room.OpenAsync($"/projects/{project}/images");
        var dialog = await room.OpenAsync("/");
        await dialog.Locator("[data-test=new-project]").First.ClickAsync();
        await dialog.Locator("input[data-test=project-name]").FillAsync(name);
        await Expect(dialog.Locator("input[data-test=project-name]")).ToHaveValueAsync(name);
        var review = await room.OpenAsync($"/projects/{project}/review");
        await Expect(review.Locator("[data-act=Normal]")).ToBeEnabledAsync();
        var drawing = await room.OpenAsync($"/projects/{project}/images");
        await drawing.Locator("[data-test=draw]").First.ClickAsync();
        await Expect(drawing.Locator(".fs-stage-host[data-ready=true]")).ToBeVisibleAsync();
        var line = await room.OpenAsync($"/projects/{project}/line");
        await Expect(line.Locator("[data-test=line]")).ToHaveAttributeAsync("data-state", "ready");
        var moved = line.Locator("[data-part=t2-number]");
        await moved.FillAsync("3");
        await moved.PressAsync("Enter");
        await Expect(line.Locator("[data-test=reason]")).ToBeVisibleAsync();
        var stranger = await room.StrangerAsync();
        var late = await room.TabAsync();
        var idle = await room.OpenAsync("/registrations");

        await fleet.Database.StopAsync();
        await settings.GetByLabel("Description").FillAsync(Typed);
        await SaveAsync(settings);
        await OutageRoom.SaysAsync(settings, "The database does not answer.");
        await OutageRoom.SaysAsync(settings, "What you did last did not get through");
        await Expect(settings.GetByLabel("Description")).ToHaveValueAsync(Typed);
        await links.Locator(".fs-nav a[href='/runs']").ClickAsync();
        await OutageRoom.SaysAsync(links, "It goes on by itself.");
        await dialog.Locator("[data-test=create-project]").ClickAsync();
        await OutageRoom.SaysAsync(dialog, "What you did last did not get through");
        await Expect(dialog.Locator("input[data-test=project-name]")).ToHaveValueAsync(name);
        await review.Locator("[data-act=Unsure]").ClickAsync();
        await Expect(review.Locator("[data-part=connection]")).ToContainTextAsync("1 verdict is kept here");
        await OutageRoom.SaysAsync(review, "The database does not answer.");
        await drawing.Keyboard.PressAsync("x");
        await OutageRoom.DragAsync(drawing, (0.4, 0.4), (0.5, 0.5));
        await Expect(drawing.Locator("[data-test=save-state]")).ToContainTextAsync("kept in this browser");
        await line.Locator("[data-test=reason]").FillAsync(Typed);
        await line.Locator("[data-test=save]").ClickAsync();
        await OutageRoom.SaysAsync(line, "What you did last did not get through");
        await Expect(line.Locator("[data-test=save]")).ToBeEnabledAsync();
        await late.GotoAsync($"/projects/{project}");
        await Expect(late.GetByRole(AriaRole.Heading, new() { Name = "The database does not answer" })).ToBeVisibleAsync();
        await stranger.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await OutageRoom.SaysAsync(stranger, "Your form is sent as soon as it works again.");
        await Expect(stranger.GetByLabel("Password")).ToHaveValueAsync(HttpPerson.Password);

        await OutageRoom.SaysAsync(idle, "The database does not answer.");
        await room.First.ShootAsync("outage-form");
        foreach (var (page, shot) in new[] { (links, "outage-link"), (dialog, "outage-dialog"), (review, "outage-review"), (drawing, "outage-drawing"), (line, "outage-line"), (late, "outage-document"), (stranger, "outage-sign-in") })
            await page.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, $"{shot}.png") });
        foreach (var page in new[] { settings, links, dialog, review, drawing, line, idle })
            await OutageRoom.IsWholeAsync(page);

        await fleet.Database.LaunchAsync(Ct);
        // Nobody touches anything.
        await Expect(links.GetByRole(AriaRole.Heading, new() { Name = "Runs", Exact = true })).ToBeVisibleAsync();
        await Expect(late.Locator("[data-interactive=true]")).ToBeVisibleAsync();
        await Expect(stranger.Locator("[data-interactive=true]")).ToBeVisibleAsync();
        await Expect(review.Locator("[data-part=connection]")).ToBeHiddenAsync();
        await Expect(drawing.Locator("[data-test=save-state]")).ToHaveTextAsync("Saved");
        await OutageRoom.SaysAsync(settings, "do it again now");
        foreach (var page in new[] { links, review, drawing, idle })
            await OutageRoom.QuietAsync(page);
        // Given once, and never twice, however often it had to be sent.
        var given = await fleet.ReadAsync("""SELECT v."ResultId", v."Sequence", v."Decision", v."ClientId", v."GivenAt" FROM "ReviewVerdicts" v""", Ct);
        Assert.True(given.Count == 1, string.Join(Environment.NewLine, given.Select(verdict => string.Join(", ", verdict))));

        // Only what a person did is left to be done, and is still there to be done.
        await SaveAsync(settings);
        await Expect(settings.Locator(".mud-snackbar", new() { HasText = "Saved" })).ToBeVisibleAsync();
        await OutageRoom.Notice(settings).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(moved).ToHaveValueAsync("3");
        await Expect(line.Locator("[data-test=reason]")).ToHaveValueAsync(Typed);
        await line.Locator("[data-test=save]").ClickAsync();
        await Expect(line.Locator("[data-version='2']")).ToContainTextAsync(Typed);
        await dialog.Locator("[data-test=create-project]").ClickAsync();
        await dialog.WaitForURLAsync("**/images");
        using var saved = JsonDocument.Parse(await room.Rest.Http.GetStringAsync("/api/v1/projects?limit=100", Ct));
        var projects = saved.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(Typed, projects.Single(p => p.GetProperty("id").GetGuid() == Guid.Parse(project)).GetProperty("description").GetString());
        Assert.Single(projects, p => p.GetProperty("name").GetString() == name);
        foreach (var page in new[] { links, dialog, review, drawing, line, late, idle })
            await page.CloseAsync();
    }

    private static Task SaveAsync(IPage settings) => settings.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).First.ClickAsync();

    private static async Task StorageAsync(NodeFleet fleet, OutageRoom room)
    {
        var project = room.Project;
        var images = room.First.Page;
        // One that no page has shown yet: the others are in the browser already.
        Assert.Equal("added", (await room.Rest.UploadAsync(project, "before.png", NoisePicture.Draw(200, 1, 2), Ct)).Outcome);
        var heatmap = await room.ElsewhereAsync();
        fleet.StorageIsAway = true;
        await room.First.OpenAsync($"/projects/{project}/images");
        await OutageRoom.SaysAsync(images, "The storage of images does not answer.");
        await OutageRoom.MissingAsync(images, 1);
        var chooser = await images.RunAndWaitForFileChooserAsync(() => images.Locator("[data-pick-files]").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = "during.png", MimeType = "image/png", Buffer = NoisePicture.Draw(200, 1, 3) });
        var drawing = await room.OpenAsync($"/projects/{project}/images");
        await drawing.Locator("[data-image='before.png'] [data-test=draw]").ClickAsync();
        await Expect(drawing.Locator(".fs-stage-failure")).ToBeVisibleAsync();
        await heatmap.GotoAsync($"/projects/{project}/results/{await room.ResultAsync(Ct)}");
        await Expect(heatmap.Locator(".fs-stage-failure").First).ToBeVisibleAsync();
        await OutageRoom.SaysAsync(heatmap, "The storage of images does not answer.");
        await room.First.ShootAsync("outage-storage");
        await drawing.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "outage-storage-drawing.png") });
        await heatmap.ScreenshotAsync(new() { Path = Path.Combine(BrowserFixture.Screenshots, "outage-storage-heatmap.png") });

        await Expect(images.Locator(".fs-upload-tray")).ToContainTextAsync("Not available right now");

        fleet.StorageIsAway = false;
        await Expect(images.Locator(".fs-upload-tray[data-state=done]")).ToBeVisibleAsync();
        await OutageRoom.MissingAsync(images, 0);
        await Expect(drawing.Locator(".fs-stage-failure")).ToBeHiddenAsync();
        await Expect(heatmap.Locator(".fs-stage-failure, .fs-stage-notice").Filter(new() { Visible = true })).ToHaveCountAsync(0);
        await Expect(heatmap.Locator(".fs-stage:not([aria-busy])").First).ToBeVisibleAsync();
        await OutageRoom.QuietAsync(images);
        foreach (var page in new[] { images, drawing, heatmap })
            await OutageRoom.IsWholeAsync(page);
    }
}
