using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Load.Circuits;
using FewShotAD.Load.Uploads;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Somebody who keeps an installation busy with small runs and asks again when a node does not answer.</summary>
public sealed class NightShift : IDisposable
{
    /// <summary>Images that each run scores.</summary>
    public const int TestImages = 2;

    /// <summary>How the names of pictures begin that come while everything is at work.</summary>
    public const string UploadedName = "coming-";

    private const int UploadedSide = 160;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpPerson person;
    private readonly string project;
    private readonly List<string> uploaded = [];
    private int seed;

    private NightShift(HttpPerson person, string project) => (this.person, this.project) = (person, project);

    /// <summary>Runs that were started.</summary>
    public int Started => seed;

    /// <summary>Pictures that were answered for.</summary>
    public IReadOnlyList<string> Uploaded => uploaded;

    /// <summary>How often a picture was sent again, since nothing or nothing good came back.</summary>
    public int SentAgain { get; private set; }

    /// <summary>Failed runs that were resumed.</summary>
    public int Resumed { get; private set; }

    public static async Task<NightShift> BeginAsync(string url, CancellationToken ct)
    {
        var person = await HttpPerson.RegisterAsync(url, "Night shift", ct);
        using var made = await person.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = "Plate" }, ct);
        made.EnsureSuccessStatusCode();
        var project = (await made.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetString()!;
        var good = Directory.GetFiles(SharedFiles.Data("inspection", "metal_plate", "train", "good")).Order(StringComparer.Ordinal).Take(2 + TestImages).ToList();
        for (var i = 0; i < good.Count; i++)
        {
            var added = await person.UploadAsync(project, $"{i}.png", await File.ReadAllBytesAsync(good[i], ct), ct, i < 2 ? "support" : "test");
            Assert.True(added.Outcome == "added", $"{added.Outcome}: {added.Error?.Message}");
        }

        return new NightShift(person, project);
    }

    /// <summary>One that only remembers its shots, then one that trains a little and leaves checkpoints, in turn.</summary>
    public async Task<Guid> StartAsync(CancellationToken ct)
    {
        seed++;
        object recipe = seed % 2 == 0
            ? new { method = "patchCore", preset = "quick", shots = 2, seed }
            : new { method = "regAd", preset = "quick", shots = 2, seed, epochs = 6, stepsPerEpoch = 2, batchSize = 1 };
        var key = Guid.NewGuid();
        var run = await InsistAsync(() => person.SendAsync(HttpMethod.Post, $"/api/v1/projects/{project}/runs", recipe, ct, key), ct);
        return run.GetProperty("id").GetGuid();
    }

    /// <summary>All runs with their states.</summary>
    public async Task<IReadOnlyList<(Guid Id, string Status)>> LookAsync(CancellationToken ct)
    {
        var runs = new List<(Guid, string)>();
        string? cursor = null;
        do
        {
            var next = cursor;
            var page = await InsistAsync(() => person.GetAsync($"/api/v1/projects/{project}/runs?limit=100{(next is null ? "" : $"&cursor={next}")}", ct), ct);
            runs.AddRange(page.GetProperty("items").EnumerateArray().Select(run => (run.GetProperty("id").GetGuid(), run.GetProperty("status").GetString()!)));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return runs;
    }

    /// <summary>Resumes what failed, as a person would in the morning.</summary>
    /// <returns>How many runs are not over.</returns>
    public async Task<int> TendAsync(CancellationToken ct)
    {
        var runs = await LookAsync(ct);
        foreach (var (id, _) in runs.Where(run => run.Status == "failed"))
        {
            await InsistAsync(() => person.SendAsync(HttpMethod.Post, $"/api/v1/runs/{id}:resume", null, ct), ct, HttpStatusCode.Conflict);
            Resumed++;
        }

        return runs.Count(run => run.Status != "succeeded");
    }

    /// <summary>Sends pictures one after the other, each until it is taken, as the page does.</summary>
    public async Task UploadAsync(TimeSpan pause, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{UploadedName}{uploaded.Count:0000}.png");
            var picture = NoisePicture.Draw(UploadedSide, 5, uploaded.Count);
            var tries = 0;
            // One that was begun is brought to its end, whatever else is over.
            var answer = await InsistAsync(
                () =>
                {
                    SentAgain += tries++ == 0 ? 0 : 1;
                    return person.PostAsync(project, name, picture, "unassigned", null, CancellationToken.None);
                },
                CancellationToken.None);
            var outcome = answer.GetProperty("items")[0].GetProperty("outcome").GetString();
            Assert.True(outcome == "added" || (outcome == "duplicate" && tries > 1), $"{name} was {outcome} at try {tries}.");
            uploaded.Add(name);
            await Task.Delay(pause, CancellationToken.None);
        }
    }

    /// <summary>A picture by a request that is not repeated, for its answer.</summary>
    public Task<HttpResponseMessage> TryUploadAsync(int number, CancellationToken ct) =>
        person.PostAsync(project, $"tried-{number}.png", NoisePicture.Draw(UploadedSide, 6, number), "unassigned", null, ct);

    /// <summary>The rest of the job: looks at the newest result, gives a verdict, publishes the model and opens its page.</summary>
    public async Task FinishJobAsync(Uri portal, CancellationToken ct)
    {
        var results = await InsistAsync(() => person.GetAsync($"/api/v1/projects/{project}/results?limit=1", ct), ct);
        var result = results.GetProperty("items")[0];
        Assert.True(await SizeAsync($"/api/v1/results/{result.GetProperty("id").GetGuid()}/heatmap.png", ct) > 0);
        await InsistAsync(() => person.SendAsync(HttpMethod.Post, $"/api/v1/results/{result.GetProperty("id").GetGuid()}/verdicts", new { verdict = "unsure", comment = "Looked at in the night." }, ct), ct);
        await InsistAsync(() => person.SendAsync(HttpMethod.Post, $"/api/v1/models/{result.GetProperty("modelId").GetGuid()}:publish", null, ct), ct);
        await using var page = await CircuitPage.OpenAsync(portal, person, $"/projects/{project}/results", ct);
        const string button = "Switch between dark and light";
        for (var began = TimeProvider.System.GetTimestamp(); !page.CanClick(button); await Task.Delay(50, ct))
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "The page does not come to life.");
        Assert.True(await page.ClickAsync(button, ct) > TimeSpan.Zero);
    }

    /// <summary>Of an answer's body.</summary>
    public async Task<int> SizeAsync(string path, CancellationToken ct)
    {
        using var answer = await person.GetAsync(path, ct);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {answer.StatusCode}.");
        return (await answer.Content.ReadAsByteArrayAsync(ct)).Length;
    }

    public Task<JsonElement> HistoryAsync(Guid run, CancellationToken ct) => InsistAsync(() => person.GetAsync($"/api/v1/runs/{run}/history?limit=100", ct), ct);

    /// <summary>An answer of another node than the one of the registration.</summary>
    public Task<HttpResponseMessage> GetAsync(string url, CancellationToken ct) => person.SendAsync(HttpMethod.Get, url, null, ct);

    public void Dispose() => person.Dispose();

    /// <summary>A node that is gone comes back, or a proxy finds another one: asked again until there is an answer.</summary>
    private static async Task<JsonElement> InsistAsync(Func<Task<HttpResponseMessage>> ask, CancellationToken ct, HttpStatusCode? also = null)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200, ct))
        {
            try
            {
                using var answer = await ask();
                if (answer.IsSuccessStatusCode || answer.StatusCode == also)
                    return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
                Assert.True(answer.StatusCode >= HttpStatusCode.InternalServerError, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or JsonException)
            {
                // The node was killed before or while it answered.
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "No node answers.");
        }
    }
}
