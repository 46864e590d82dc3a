using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Load.Uploads;
using Microsoft.Data.Sqlite;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The disk under a portal is full to the last byte, and then it is not.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    /// <summary>More than what a ready portal wants free.</summary>
    private const int Megabytes = 400;

    private const int MostProjects = 500;

    /// <summary>More than what is buffered in memory.</summary>
    private const int Side = 400;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_is_told_and_forgotten_once_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes, Ct);
        await using var portal = PortalProcess.Create(
            new() { ["Blobs__SweepGrace"] = "00:00:02", ["Blobs__SweepInterval"] = "00:00:03" }, Path.Combine(disk.Path, "data"));
        await portal.LaunchAsync(Ct);
        using var person = await HttpPerson.RegisterAsync(portal.Url, "Full disk", Ct);
        using var made = await person.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = "Before" }, Ct);
        var project = (await made.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("id").GetString()!;
        Assert.Equal("added", (await person.UploadAsync(project, "before.png", NoisePicture.Draw(Side, 1, 1), Ct)).Outcome);
        await ReadyIsAsync(person, HttpStatusCode.OK, "ready");

        disk.Fill();
        await ReadyIsAsync(person, HttpStatusCode.ServiceUnavailable, "not ready: disk");
        using (var refused = await person.PostAsync(project, "during.png", NoisePicture.Draw(Side, 1, 2), "test", null, Ct))
            await IsFullAsync(refused);
        var taken = await MakeProjectsAsync(person);

        disk.MakeRoom();
        await ReadyIsAsync(person, HttpStatusCode.OK, "ready");
        Assert.Equal("added", (await person.UploadAsync(project, "during.png", NoisePicture.Draw(Side, 1, 2), Ct)).Outcome);
        using var list = await person.GetAsync("/api/v1/projects?limit=100", Ct);
        var names = (await list.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("name").GetString()!);
        Assert.Equal(new[] { "Before" }.Concat(taken).Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        Assert.Equal("ok", Integrity(portal));
        for (var since = TimeProvider.System.GetTimestamp(); !Ledger.Stored(portal).SetEquals(Ledger.Referenced(portal)); await Task.Delay(100, Ct))
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(30), "Blobs and rows do not match.");
    }

    [Fact]
    public async Task A_run_that_meets_a_full_disk_goes_on_by_itself_once_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(Megabytes, Ct);
        await using var portal = PortalProcess.Create([], Path.Combine(disk.Path, "data"));
        await portal.LaunchAsync(Ct);
        using var shift = await NightShift.BeginAsync(portal.Url, Ct);
        var run = await shift.StartAsync(Ct);
        await UntilAsync(() => Task.FromResult(TrainingChildren.Of(portal.Id).Count > 0), "No training begins.");

        disk.Fill();
        await UntilAsync(() => Task.FromResult(TrainingChildren.Of(portal.Id).Count == 0), "The training process does not meet the end of the disk.");
        Assert.Equal((run, "running"), Assert.Single(await shift.LookAsync(Ct)));

        disk.MakeRoom();
        await UntilAsync(async () => Assert.Single(await shift.LookAsync(Ct)).Status is "succeeded" or "failed", "The run does not go on.");
        Assert.Equal((run, "succeeded"), Assert.Single(await shift.LookAsync(Ct)));
        Assert.Equal("1", Read(portal, """SELECT COUNT(*) FROM "RunLog" WHERE "Text" LIKE 'The disk of this node is full.%'"""));
        Assert.Equal("ok", Integrity(portal));
        await shift.FinishJobAsync(new Uri(portal.Url), Ct);
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, string otherwise)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !await isSo(); await Task.Delay(100, Ct))
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(2), otherwise);
    }

    /// <summary>Small writes, which touch the database alone, until there is no room for one: what was promised is what is there in the end.</summary>
    private async Task<IReadOnlyList<string>> MakeProjectsAsync(HttpPerson person)
    {
        var taken = new List<string>();
        for (var i = 0; i < MostProjects; i++)
        {
            using var answer = await person.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = $"During {i:000}" }, Ct);
            if (!answer.IsSuccessStatusCode)
            {
                await IsFullAsync(answer);
                output.WriteLine($"{taken.Count} projects found room in what the database had already");
                return taken;
            }

            taken.Add($"During {i:000}");
        }

        Assert.Fail("The database always found room.");
        return taken;
    }

    private async Task IsFullAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadAsStringAsync(Ct);
        output.WriteLine(problem);
        Assert.Equal(HttpStatusCode.InsufficientStorage, answer.StatusCode);
        using var parsed = JsonDocument.Parse(problem);
        Assert.Equal("urn:fewshotad:error:outage.disk", parsed.RootElement.GetProperty("type").GetString());
        Assert.Contains("make room", parsed.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task ReadyIsAsync(HttpPerson person, HttpStatusCode status, string text)
    {
        using var ready = await person.GetAsync("/health/ready", Ct);
        Assert.Equal((status, text), (ready.StatusCode, await ready.Content.ReadAsStringAsync(Ct)));
    }

    private static string Integrity(PortalProcess portal) => Read(portal, "PRAGMA integrity_check");

    private static string Read(PortalProcess portal, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(portal.DataDirectory, "portal.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var check = connection.CreateCommand();
        check.CommandText = sql;
        return $"{check.ExecuteScalar()}";
    }
}
