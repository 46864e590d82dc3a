using System.Text.Json;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.TrainingJobs.Tests.Benchmark.BenchmarkRows;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkReportTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_json_says_everything_but_images_and_looks()
    {
        var rows = Run(["bottle", "pill"], DetectionMethod.RegAd, DetectionMethod.PatchCore);
        Write(rows);

        var report = BenchmarkReportFile.FromBytes(File.ReadAllBytes(folder["report.json"]));
        Assert.Equal(BenchmarkReportFile.CurrentVersion, report.Version);
        Assert.Equal(Settings(rows).Recipes, report.Settings.Recipes);
        Assert.Equal(Machine, report.Machine);
        Assert.Equal(rows.Count, report.Rows.Count);
        Assert.Equal(rows.Select(row => (row.Cell, row.Metrics)).ToHashSet(), report.Rows.Select(row => (row.Cell, row.Metrics)).ToHashSet());
        var statistics = Statistics(rows);
        Assert.Equal(statistics.Summaries, report.Statistics.Summaries);
        Assert.Equal(statistics.Differences, report.Statistics.Differences);

        using var json = JsonDocument.Parse(File.ReadAllBytes(folder["report.json"]));
        var row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal("regAd", row.GetProperty("cell").GetProperty("method").GetString());
        Assert.False(row.TryGetProperty("images", out _));
        Assert.False(row.TryGetProperty("look", out _));
    }

    [Fact]
    public void The_page_has_the_numbers_of_the_statistics()
    {
        BenchmarkRow[] rows =
        [
            Row(0.4, BenchmarkArm.Plain, seed: 1), Row(0.6, BenchmarkArm.Plain, seed: 2),
            Row(0.5, BenchmarkArm.Adversarial, seed: 1), Row(0.8, BenchmarkArm.Adversarial, seed: 2),
        ];
        Write(rows);

        var page = File.ReadAllText(folder["report.md"]);
        Assert.Contains("| Category | RegAD plain | RegAD adversarial |\n| --- | ---: | ---: |\n", page, StringComparison.Ordinal);
        Assert.Contains("| bottle | 0.500 ± 0.141 | 0.650 ± 0.212 |", page, StringComparison.Ordinal);
        Assert.Contains("| **mean** | 0.500 ± 0.141 | 0.650 ± 0.212 |", page, StringComparison.Ordinal);
        Assert.Contains("Each over 2 seeds and 1 category.", page, StringComparison.Ordinal);
        // Differences 0.1 and 0.2: sd 0.0707, half width 12.7062 · 0.0707 / √2 = 0.6353.
        Assert.Contains(
            "| RegAD | image AUROC | 4 | +0.1500 | 0.0707 | −0.4853 to +0.7853 | +0.1000 to +0.2000 | 2 seeds | 2 | no difference shown |",
            page,
            StringComparison.Ordinal);
        Assert.Contains("No category has what this metric needs.", page, StringComparison.Ordinal);
        // 4 cells of 10 + 1 + 2 seconds.
        Assert.Contains("| Total time | 52.0 s |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_the_losses_of_the_last_step()
    {
        var losses = new FinalLosses(-0.5, 0.7, null, 0.5);
        Write(
        [
            Row(0.5, BenchmarkArm.Adversarial, seed: 1) with { Losses = losses },
            Row(0.5, BenchmarkArm.Adversarial, seed: 2) with { Losses = losses with { Task = -0.7 } },
        ]);
        Assert.Contains(
            "| RegAD adversarial | 4 | −0.600 ± 0.141 | 0.700 ± 0.000 | – | 0.500 ± 0.000 |", File.ReadAllText(folder["report.md"]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_says_where_a_mean_rests_on_fewer_categories()
    {
        Write(
        [
            Row(0.4, category: "a"), Row(null, category: "b"),
            Row(0.4, BenchmarkArm.Adversarial, "a"), Row(0.5, BenchmarkArm.Adversarial, "b"),
        ]);
        Assert.Contains(
            "Each over 1 seed and 2 categories, but over 1 seed and 1 category (1 left out): image AUROC of RegAD plain.",
            File.ReadAllText(folder["report.md"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_shows_every_figure_that_was_written_and_no_other()
    {
        Write(Run(["bottle"], DetectionMethod.RegAd, DetectionMethod.PatchCore));
        var shown = File.ReadLines(folder["report.md"]).Where(line => line.StartsWith("![", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf("](", StringComparison.Ordinal) + 2)..^1]);
        var written = Directory.EnumerateFiles(folder["plots"]).Select(file => "plots/" + Path.GetFileName(file));
        Assert.Equal(written.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
        Assert.Contains("plots/accuracy-regad-adversarial-k4.svg", shown);
        Assert.Contains("plots/scores-patchcore-k4.svg", shown);
    }

    [Theory]
    [InlineData("a|b")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("line\nbreak | `code` [link](javascript:x)")]
    [InlineData("](x) ![y](http://example.org/z.png)")]
    [InlineData("\u202Eleft\u0001 & \"quoted\"")]
    public void Hostile_names_stay_text_in_a_cell(string name)
    {
        Write([Row(0.4, category: name), Row(0.5, category: "plain")]);
        var page = File.ReadAllText(folder["report.md"]);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("](http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("](javascript", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain('\u0001', page);
        var lines = page.Split('\n');
        var header = Array.IndexOf(lines, "| Category | RegAD plain |");
        Assert.All(lines[(header + 2)..(header + 5)], line => Assert.Equal(3, line.Count(letter => letter == '|')));
        var report = BenchmarkReportFile.FromBytes(File.ReadAllBytes(folder["report.json"]));
        Assert.Contains(report.Rows, row => row.Cell.Category == name);
    }

    [Fact]
    public void The_same_rows_in_another_order_give_the_same_bytes()
    {
        var rows = Run(["bottle", "pill"], DetectionMethod.RegAd);
        Write(rows);
        var first = Bytes();
        var mixed = rows.ToArray();
        new Random(3).Shuffle(mixed);
        BenchmarkReport.Write(folder.Path, Settings(rows), Machine, mixed, TestContext.Current.CancellationToken);
        Assert.Equal(first, Bytes());
        Assert.DoesNotContain(first, file => file.Name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stop_leaves_no_page()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var rows = Run(["bottle"], DetectionMethod.PatchCore);
        Assert.Throws<OperationCanceledException>(() => BenchmarkReport.Write(folder.Path, Settings(rows), Machine, rows, stop.Token));
        Assert.False(File.Exists(folder["report.md"]));
        Assert.Throws<ArgumentException>(() => BenchmarkReport.Write(folder.Path, Settings(rows), Machine, [], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Training_one_model_for_several_categories_counts_once()
    {
        Write([Row(0.4, category: "a", method: DetectionMethod.UniAd), Row(0.4, category: "b", method: DetectionMethod.UniAd)]);
        var page = File.ReadAllText(folder["report.md"]);
        Assert.Contains("| UniAD plain | 2 | 10.0 s | 2.0 s | 4.0 s |", page, StringComparison.Ordinal);
        Assert.Contains("| Total time | 16.0 s |", page, StringComparison.Ordinal);
    }

    private List<(string Name, string Bits)> Bytes() =>
    [
        .. Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (file, Convert.ToHexString(File.ReadAllBytes(file)))),
    ];

    private void Write(IReadOnlyList<BenchmarkRow> rows) =>
        BenchmarkReport.Write(folder.Path, Settings(rows), Machine, rows, TestContext.Current.CancellationToken);
}
