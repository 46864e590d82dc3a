using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Load.Report;
using FewShotAD.TestKit;

namespace FewShotAD.Load.Review;

/// <summary>Reviewers at one queue: each claims the next image, decides, and some images are judged by a second person.</summary>
/// <param name="SecondShare">Percent of the images that a second person judges blind.</param>
internal sealed record ReviewOptions(int Images, int Reviewers, int SecondShare, int Seed);

internal static class ReviewScenario
{
    private const int PageSize = 100;

    public static async Task<LoadReport> RunAsync(Target target, ReviewOptions options, CancellationToken ct)
    {
        var report = new LoadReport("review", new Dictionary<string, string>
        {
            ["images"] = $"{options.Images}", ["reviewers"] = $"{options.Reviewers}", ["second reviews"] = $"{options.SecondShare} %",
        });
        using var owner = await target.RegisterAsync("Review", ct);
        var project = await ScoredBackup.RestoreAsync(owner.Http, options.Images, ct);
        using (var changed = await owner.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{project}", new { review = new { share = options.SecondShare } }, ct))
            await ReadAsync(changed, ct);
        var people = new List<HttpPerson>();
        try
        {
            foreach (var (i, token) in Invitations.Write(target.DataDirectory!, options.Reviewers).Index())
                people.Add(await HttpPerson.JoinAsync(target.Url.GetLeftPart(UriPartial.Authority), token, $"Reviewer {i}", ct));
            var desk = new Desk(project);
            var began = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(people.Select(person => desk.WorkAsync(person, ct)));
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            report.Add("verdicts", desk.Decided / seconds, "1/s");
            report.Times("claiming the next image", desk.Claims);
            report.Times("a verdict", desk.Verdicts);
            report.Add("verdicts refused, since somebody else was first", desk.Refused, "");
            report.AtMost("images held by two at once", desk.HeldTwice, "", 0);
            await TellVerdictsAsync(report, owner, project, options, ct);
        }
        finally
        {
            foreach (var person in people)
                person.Dispose();
        }

        return report;
    }

    /// <summary>What the server holds in the end: one verdict each, or two where a second was due, by two people, and no conflict.</summary>
    private static async Task TellVerdictsAsync(LoadReport report, HttpPerson owner, string project, ReviewOptions options, CancellationToken ct)
    {
        var (results, twice, second, missing) = (0, 0, 0, 0);
        string? cursor = null;
        do
        {
            using var answer = await owner.GetAsync($"/api/v1/projects/{project}/results?limit={PageSize}{(cursor is null ? "" : $"&cursor={cursor}")}", ct);
            var page = await ReadAsync(answer, ct);
            foreach (var result in page.GetProperty("items").EnumerateArray())
            {
                using var verdicts = await owner.GetAsync($"/api/v1/results/{result.GetProperty("id").GetGuid()}/verdicts", ct);
                var given = (await ReadAsync(verdicts, ct)).GetProperty("items").EnumerateArray().Select(v => (Pass: v.GetProperty("pass").GetString(), By: v.GetProperty("givenBy").ToString())).ToList();
                results++;
                missing += given.Count == 0 ? 1 : 0;
                second += given.Any(v => v.Pass == "second") ? 1 : 0;
                twice += given.Count > given.DistinctBy(v => v.Pass).Count() || given.Count > given.DistinctBy(v => v.By).Count() ? 1 : 0;
            }

            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        report.Add("images with a second verdict", second, "");
        report.AtMost("images without a verdict", missing, "", 0);
        report.AtMost("images decided twice", twice, "", 0);
        using var queue = await owner.GetAsync($"/api/v1/projects/{project}/review?limit=1", ct);
        report.AtMost("images that still wait", (await ReadAsync(queue, ct)).GetProperty("items").GetArrayLength(), "", 0);
        using var accepted = await owner.SendAsync(HttpMethod.Post, $"/api/v1/projects/{project}/review:accept", new { }, ct);
        report.AtLeast("images accepted by the owner", (await ReadAsync(accepted, ct)).GetProperty("count").GetInt32(), "", options.Images);
        report.AtLeast("results", results, "", options.Images);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken ct) => answer.IsSuccessStatusCode
        ? await answer.Content.ReadFromJsonAsync<JsonElement>(ct)
        : throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");

    /// <summary>The queue, and who holds what of it as far as its people were told.</summary>
    private sealed class Desk(string project)
    {
        private readonly Lock gate = new();
        private readonly HashSet<Guid> held = [];

        public Percentiles Claims { get; } = new();

        public Percentiles Verdicts { get; } = new();

        public int Decided { get; private set; }

        public int Refused { get; private set; }

        public int HeldTwice { get; private set; }

        public async Task WorkAsync(HttpPerson person, CancellationToken ct)
        {
            while (await ClaimAsync(person, ct) is { } image)
                await DecideAsync(person, image, ct);
        }

        private async Task<Guid?> ClaimAsync(HttpPerson person, CancellationToken ct)
        {
            var began = TimeProvider.System.GetTimestamp();
            using var answer = await person.SendAsync(HttpMethod.Post, $"/api/v1/projects/{project}/review:take", new { count = 1 }, ct);
            var items = (await ReadAsync(answer, ct)).GetProperty("items");
            Claims.Add(TimeProvider.System.GetElapsedTime(began));
            if (items.GetArrayLength() == 0)
                return null;
            var image = items[0].GetProperty("id").GetGuid();
            lock (gate)
                HeldTwice += held.Add(image) ? 0 : 1;
            return image;
        }

        private async Task DecideAsync(HttpPerson person, Guid image, CancellationToken ct)
        {
            var began = TimeProvider.System.GetTimestamp();
            // Given up before the answer: from then on somebody else may be given it for a second verdict.
            lock (gate)
                held.Remove(image);
            using var answer = await person.SendAsync(
                HttpMethod.Post, $"/api/v1/results/{image}/verdicts", new { verdict = "defect", clientId = Guid.NewGuid(), fromQueue = true }, ct);
            var refused = answer.StatusCode == HttpStatusCode.Conflict;
            if (!refused)
                await ReadAsync(answer, ct);
            Verdicts.Add(TimeProvider.System.GetElapsedTime(began));
            lock (gate)
                (Decided, Refused) = (Decided + (refused ? 0 : 1), Refused + (refused ? 1 : 0));
        }
    }
}
