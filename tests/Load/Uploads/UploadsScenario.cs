using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Load.Report;
using FewShotAD.TestKit;

namespace FewShotAD.Load.Uploads;

/// <summary>Many pictures from several clients at once, one a request as the page sends them.</summary>
/// <param name="From">A folder whose pictures are sent; null draws them.</param>
internal sealed record UploadsOptions(int Count, int Clients, int Side, string? From, int Seed);

internal static class UploadsScenario
{
    /// <summary>Of the pictures; enough for a steady figure.</summary>
    private const int Sample = 64;

    /// <summary>How far the working set of the last third may lie above that of the first.</summary>
    private const double FlatFactor = 1.25;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static async Task<LoadReport> RunAsync(Target target, UploadsOptions options, CancellationToken ct)
    {
        var report = new LoadReport("uploads", new Dictionary<string, string>
        {
            ["pictures"] = $"{options.Count}, {(options.From is null ? $"{options.Side} × {options.Side} drawn, seed {options.Seed}" : $"from {options.From}")}",
            ["clients"] = $"{options.Clients}",
        });
        var folder = Directory.CreateTempSubdirectory("fewshotad-load-");
        try
        {
            var files = options.From is null ? Draw(folder.FullName, options, ct) : Take(options);
            var sample = files.Take(Sample).ToList();
            await Task.Run(() => Measure(report, sample, ct), ct);
            var writing = await Yardsticks.WriteAsync(sample, folder.FullName, ct);
            report.Add("writing to the disk alone", writing, "MB/s");
            await UploadAsync(target, report, files, options, ct);
            Name(report, writing, target.DataDirectory is { } data ? Megabytes(Directory.GetFiles(Path.Combine(data, "blobs"), "*", SearchOption.AllDirectories)) / files.Count : null);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return report;
    }

    private static List<string> Draw(string folder, UploadsOptions options, CancellationToken ct)
    {
        var files = Enumerable.Range(0, options.Count).Select(i => Path.Combine(folder, $"{i:00000}.png")).ToList();
        Parallel.For(0, options.Count, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            File.WriteAllBytes(files[i], NoisePicture.Draw(options.Side, options.Seed, i)));
        return files;
    }

    private static List<string> Take(UploadsOptions options)
    {
        var files = Directory.GetFiles(options.From!, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(options.Count).ToList();
        return files.Count > 0 ? files : throw new InvalidOperationException($"{options.From} holds no file.");
    }

    private static void Measure(LoadReport report, List<string> sample, CancellationToken ct)
    {
        report.Add("decoding alone, on all cores", Yardsticks.Decode(sample, ct), "pictures/s");
        report.Add("decoding, view and thumbnail alone, on all cores", Yardsticks.DecodeAndEncode(sample, ct), "pictures/s");
    }

    private static async Task UploadAsync(Target target, LoadReport report, List<string> files, UploadsOptions options, CancellationToken ct)
    {
        using var person = await target.RegisterAsync("Uploads", ct);
        using var made = await person.SendAsync(HttpMethod.Post, "/api/v1/projects", new { name = "Uploads" }, ct);
        made.EnsureSuccessStatusCode();
        var project = (await made.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetString()!;

        // The first ones pay for code that is compiled and buffers that are made.
        var warm = Math.Min(options.Clients * 2, files.Count / 2);
        var (times, answers) = (new Percentiles(), new Answers());
        await SendAsync(person, project, files.Take(warm).ToList(), options.Clients, new Percentiles(), answers, ct);
        var rest = files.Skip(warm).ToList();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var watching = WatchAsync(target.Server, over.Token);
        var (began, busy) = (TimeProvider.System.GetTimestamp(), target.Server?.ProcessorTime);
        await SendAsync(person, project, rest, options.Clients, times, answers, ct);
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var used = target.Server?.ProcessorTime - busy;
        await over.CancelAsync();
        var seen = await watching;

        report.Add("uploads", rest.Count / seconds, "pictures/s");
        report.Add("uploads", Megabytes(rest) / seconds, "MB/s");
        report.Add("size of a picture, mean", Megabytes(rest) / rest.Count, "MB");
        report.Times("an upload", times);
        if (used is { } processor)
            report.Add("processor of the portal", processor.TotalSeconds / seconds, "cores");
        report.AtMost("pictures that were not added", answers.Others.Count, "", 0);
        foreach (var other in answers.Others.Distinct().Take(5))
            report.Note(other);
        Flat(report, seen);
    }

    private static Task SendAsync(HttpPerson person, string project, List<string> files, int clients, Percentiles times, Answers answers, CancellationToken ct) =>
        Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = clients, CancellationToken = ct }, async (file, stop) =>
        {
            var content = await File.ReadAllBytesAsync(file, stop);
            var began = TimeProvider.System.GetTimestamp();
            var item = await person.UploadAsync(project, Path.GetFileName(file), content, stop);
            times.Add(TimeProvider.System.GetElapsedTime(began));
            if (item.Outcome != "added")
                answers.Add($"{item.Outcome}: {item.Error?.Message}");
        });

    /// <summary>The working set in megabytes, twice a second, until it is over.</summary>
    private static async Task<List<double>> WatchAsync(ServerProcess? server, CancellationToken over)
    {
        var seen = new List<double>();
        try
        {
            for (; server is not null; await Task.Delay(Look, over))
                seen.Add(server.WorkingSetMegabytes);
        }
        catch (OperationCanceledException)
        {
            // The uploads are over.
        }

        return seen;
    }

    private static void Flat(LoadReport report, List<double> seen)
    {
        if (seen.Count < 3)
            return;
        double Median(IEnumerable<double> part) => part.Order().ElementAt(part.Count() / 2);
        var third = seen.Count / 3;
        var (first, last) = (Median(seen.Take(third)), Median(seen.Skip(seen.Count - third)));
        report.Add("working set in the first third, median", first, "MB");
        report.Add("working set in the last third, median", last, "MB");
        report.Add("working set at most", seen.Max(), "MB");
        report.AtMost("last third against the first", last / first, "×", FlatFactor);
    }

    /// <summary>Which of the two comes first to its end, by what an upload needs of each.</summary>
    private static void Name(LoadReport report, double writing, double? stored)
    {
        var work = report["decoding, view and thumbnail alone, on all cores"];
        var pictures = report.Figures.First(figure => figure.Name == "uploads").Value;
        report.Add("uploads against decoding, view and thumbnail alone", pictures / work, "×");
        if (stored is not { } each)
            return;
        var disk = writing / each;
        report.Add("stored for a picture", each, "MB");
        report.Add("pictures that the disk would take", disk, "pictures/s");
        report.Note(disk < work ? "The disk is the limit." : "The work on the picture (decoding, the view as a PNG, the thumbnail) is the limit, not the disk.");
    }

    private static double Megabytes(IEnumerable<string> files) => files.Sum(file => new FileInfo(file).Length) / 1048576.0;

    private sealed class Answers
    {
        private readonly Lock gate = new();

        public List<string> Others { get; } = [];

        public void Add(string other)
        {
            lock (gate)
                Others.Add(other);
        }
    }
}
