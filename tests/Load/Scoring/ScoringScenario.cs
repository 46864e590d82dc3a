using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Imaging;
using FewShotAD.Imaging.Samples;
using FewShotAD.Load.Report;
using FewShotAD.TestKit;

namespace FewShotAD.Load.Scoring;

/// <summary>One picture after the other from several clients, on one warm model.</summary>
internal sealed record ScoringOptions(int Count, int Clients, int Seed);

internal static class ScoringScenario
{
    private const int Shots = 4;
    private const int Pictures = 12;
    private const double Wanted = 0.8;
    private static readonly TimeSpan TrainingLimit = TimeSpan.FromMinutes(5);

    public static async Task<LoadReport> RunAsync(Target target, ScoringOptions options, CancellationToken ct)
    {
        var report = new LoadReport("scoring", new Dictionary<string, string>
        {
            ["requests"] = $"{options.Count}", ["clients"] = $"{options.Clients}", ["model"] = $"PatchCore, {Shots} shots, pictures of {SamplePart.Side} × {SamplePart.Side}", ["seed"] = $"{options.Seed}",
        });
        using var person = await target.RegisterAsync("Scoring", ct);
        var samples = SamplePart.All[0].Generate(options.Seed).Take(SamplePart.SupportShots + Pictures).Select(sample => Png(sample.Image)).ToList();
        var model = await TrainAsync(person, samples, ct);
        var pictures = samples.Skip(SamplePart.SupportShots).ToList();
        // The first one starts the scoring process and loads the model.
        await ScoreAsync(person, model, pictures[0], ct);

        var alone = new Percentiles();
        foreach (var picture in pictures)
            alone.Add(await ScoreAsync(person, model, picture, ct));
        var (times, inModel) = (new Percentiles(), new Percentiles());
        var (began, busy) = (TimeProvider.System.GetTimestamp(), target.Server?.ProcessorTime);
        await Parallel.ForAsync(0, options.Count, new ParallelOptions { MaxDegreeOfParallelism = options.Clients, CancellationToken = ct }, async (i, stop) =>
        {
            var sent = TimeProvider.System.GetTimestamp();
            inModel.Add(await ScoreAsync(person, model, pictures[i % pictures.Count], stop));
            times.Add(TimeProvider.System.GetElapsedTime(sent));
        });
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        report.Add("throughput", options.Count / seconds, "pictures/s");
        report.Times("a request", times);
        report.Add("in the model, one client, median", alone.At(0.5), "ms");
        report.Add("in the model, all clients, median", inModel.At(0.5), "ms");
        if (target.Server is { } server)
            report.Add("processor of the portal", (server.ProcessorTime - busy!.Value).TotalSeconds / seconds, "cores");
        report.AtLeast("throughput against the model's own time under this load", inModel.Sum / 1000 / seconds, "×", Wanted);
        report.AtLeast("throughput against the model's own time with one client", options.Count / seconds * alone.At(0.5) / 1000, "×", Wanted);
        return report;
    }

    private static async Task<Guid> TrainAsync(HttpPerson person, List<byte[]> samples, CancellationToken ct)
    {
        using var made = await person.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = "Scoring" }, ct);
        var project = (await ReadAsync(made, ct)).GetProperty("id").GetString()!;
        for (var i = 0; i < Shots; i++)
            await person.UploadAsync(project, $"{i}.png", samples[i], ct, "support");
        await person.UploadAsync(project, "test.png", samples[^1], ct);
        using var begun = await person.SendAsync(HttpMethod.Post, $"/api/v1/projects/{project}/runs", new { method = "patchCore", preset = "quick", shots = Shots }, ct, Guid.NewGuid());
        var run = (await ReadAsync(begun, ct)).GetProperty("id").GetGuid();
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < TrainingLimit; await Task.Delay(200, ct))
        {
            using var answer = await person.GetAsync($"/api/v1/runs/{run}", ct);
            var state = await ReadAsync(answer, ct);
            var status = state.GetProperty("status").GetString();
            if (status == "succeeded")
                return state.GetProperty("modelId").GetGuid();
            if (status is not ("queued" or "running"))
                throw new InvalidOperationException($"The run ended as {status}: {state}");
        }

        throw new TimeoutException("The run did not end.");
    }

    /// <returns>Milliseconds in the model.</returns>
    private static async Task<double> ScoreAsync(HttpPerson person, Guid model, byte[] picture, CancellationToken ct)
    {
        using var body = new ByteArrayContent(picture);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var answer = await person.SendAsync(HttpMethod.Post, $"/api/v1/models/{model}:score", body, ct);
        return (await ReadAsync(answer, ct)).GetProperty("seconds").GetDouble() * 1000;
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken ct) => answer.IsSuccessStatusCode
        ? await answer.Content.ReadFromJsonAsync<JsonElement>(ct)
        : throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");

    private static byte[] Png(RgbImage image)
    {
        using var png = new MemoryStream();
        PngWriter.Write(image, png);
        return png.ToArray();
    }
}
