using System.Globalization;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>The numbers of one K: all metrics over all categories, then the main ones by category.</summary>
internal static class ResultTables
{
    private static readonly BenchmarkMetric[] ByCategory = [BenchmarkMetric.ImageAuroc, BenchmarkMetric.PixelAuroc, BenchmarkMetric.Aupro];

    /// <param name="summaries">Of this K; at least one.</param>
    public static void Add(MarkdownText text, int shots, IReadOnlyList<MetricSummary> summaries)
    {
        var arms = summaries.Select(summary => (summary.Method, summary.Arm)).Distinct().Order().ToList();
        var byKey = summaries.ToDictionary(summary => (summary.Method, summary.Arm, summary.Category ?? "", summary.Category is null, summary.Metric));
        text.Heading(2, string.Create(CultureInfo.InvariantCulture, $"K = {shots}")).Heading(3, "All categories");
        text.Table(
            ["Method", .. BenchmarkMetrics.All.Select(metric => metric.Name())],
            arms.Select(arm => (string[])
            [
                ReportWords.Name(arm.Method, arm.Arm), .. BenchmarkMetrics.All.Select(metric => ReportWords.Spread(Of(arm, null, metric))),
            ]));
        text.Paragraph(Rests(summaries));

        foreach (var metric in ByCategory)
        {
            text.Heading(3, $"{char.ToUpperInvariant(metric.Name()[0])}{metric.Name()[1..]} by category");
            if (!summaries.Any(summary => summary.Metric == metric && summary.Mean is not null))
            {
                text.Paragraph("No category has what this metric needs.");
                continue;
            }

            var categories = summaries.Select(summary => summary.Category).OfType<string>().Distinct().Order(StringComparer.Ordinal);
            text.Table(
                ["Category", .. arms.Select(arm => ReportWords.Name(arm.Method, arm.Arm))],
                [
                    .. categories.Select(category => Row(ForeignText.Markdown(category), category, metric)),
                    Row("**mean**", null, metric),
                ]);
        }

        string[] Row(string name, string? category, BenchmarkMetric metric) =>
            [name, .. arms.Select(arm => ReportWords.Spread(Of(arm, category, metric)))];

        MetricSummary? Of((DetectionMethod Method, BenchmarkArm Arm) arm, string? category, BenchmarkMetric metric) =>
            byKey.GetValueOrDefault((arm.Method, arm.Arm, category ?? "", category is null, metric));
    }

    /// <summary>On how many seeds and categories the means rest; one sentence where it is the same for all.</summary>
    private static string Rests(IReadOnlyList<MetricSummary> summaries)
    {
        var sentences = summaries.Where(summary => summary is { Category: null, Mean: not null })
            .GroupBy(summary => (summary.Categories, summary.Seeds, summary.LeftOut))
            .OrderByDescending(group => group.Key)
            .Select(group => (group.Key, Of: string.Join(
                "; ",
                group.GroupBy(summary => summary.Metric).OrderBy(metric => metric.Key).Select(metric => $"{metric.Key.Name()} of "
                    + string.Join(", ", metric.Select(summary => ReportWords.Name(summary.Method, summary.Arm)))))))
            .ToList();
        if (sentences.Count == 0)
            return "No category has what these metrics need.";
        var main = Count(sentences[0].Key);
        return sentences.Count == 1
            ? $"Each over {main}."
            : $"Each over {main}, but " + string.Join("; and ", sentences.Skip(1).Select(other => $"over {Count(other.Key)}: {other.Of}")) + ".";
    }

    private static string Count((int Categories, int Seeds, int LeftOut) n) =>
        $"{ReportWords.Count(n.Seeds, "seed", "seeds")} and {ReportWords.Count(n.Categories, "category", "categories")}"
        + (n.LeftOut == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({n.LeftOut} left out)"));
}
