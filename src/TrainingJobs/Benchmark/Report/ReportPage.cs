using System.Globalization;
using System.Text.Json;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark.Report.Plots;
using FewShotAD.TrainingJobs.Jobs;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary><c>report.md</c>, from what was run to the recipes.</summary>
internal static class ReportPage
{
    private static readonly JsonSerializerOptions RecipeJson = new(WorkerProtocol.Json) { WriteIndented = true, NewLine = "\n" };

    /// <param name="rows">As <see cref="OrderedRows"/> gives them; at least one.</param>
    public static string Of(
        BenchmarkSettings settings, Machine machine, IReadOnlyList<BenchmarkRow> rows, BenchmarkStatistics statistics,
        IReadOnlyList<PlotFile> plots)
    {
        var text = new MarkdownText()
            .Heading(1, $"Benchmark of {ForeignText.Markdown(settings.Data)}")
            .Table(["What", "Value"], [.. WhatWasRun(settings, rows), .. Where(machine, rows)], numbers: 2..)
            .Heading(2, "How to read it")
            .List(HowToRead);
        foreach (var shots in rows.Select(row => row.Cell.Shots).Distinct().Order())
            ResultTables.Add(text, shots, [.. statistics.Summaries.Where(summary => summary.Shots == shots)]);
        DifferenceTables.Add(text, statistics.Differences);
        LossTable.Add(text, rows);
        text.Heading(2, "Time").Paragraph("Of the wall clock, without reading images. The training of a model for several categories counts once.");
        text.Table(["Method", "Cells", "Training", "Fitting the shots", "Scoring"], BenchmarkTimes.Table(rows));
        text.Heading(2, "Figures");
        foreach (var plot in plots)
            text.Heading(3, plot.Title).Figure(plot.Title, $"{BenchmarkReport.PlotFolder}/{plot.Name}");
        text.Heading(2, "Recipes").Paragraph(
            "As they were given. Shots, seed and arm are set for each cell; the recipe that a cell was trained by is in `report.json`.");
        foreach (var recipe in settings.Recipes)
            text.Heading(3, recipe.Method.Name()).Code("json", JsonSerializer.Serialize(recipe, RecipeJson));
        return text.ToString();
    }

    private static readonly string[] HowToRead =
    [
        "All arms of a method use the same seeds and, for a seed, the same support shots; "
            + "differences are taken between cells that have both in common.",
        "Numbers are mean ± sample standard deviation over the seeds. Over all categories, the categories are averaged at each seed first.",
        "“Untrained” is epoch 0, “plain” and “adversarial” are the last epoch. No epoch was chosen by test data.",
        "Scores are not normalised over the test images, and an AUROC under 0.5 is printed as it is.",
        "F1-max uses the best threshold for the test images themselves: a ceiling, not what a threshold set beforehand reaches.",
        "A category without masks or with one class only has no number in what needs them, and is left out of that mean; the count says so.",
        "Intervals are for 95 %, each for its own line: of many lines, one in twenty misses by chance alone. "
            + "“Gain” and “loss” need intervals that exclude 0, “no difference shown” does not say that two arms are equal.",
        "The adversarial loss is this program's reading of arXiv 2312.03005, with the options under Recipes; "
            + "it is not a reproduction of that paper's numbers.",
    ];

    private static IEnumerable<IReadOnlyList<string>> WhatWasRun(BenchmarkSettings settings, IReadOnlyList<BenchmarkRow> rows)
    {
        var categories = rows.Select(row => row.Cell.Category).Distinct().Order(StringComparer.Ordinal).ToList();
        yield return ["Methods", Join(rows.Select(row => row.Cell.Method).Distinct().Order().Select(method => method.Name()))];
        yield return ["Arms", Join(rows.Select(row => row.Cell.Arm).Distinct().Order().Select(arm => arm.Name()))];
        yield return [$"Categories ({Text(categories.Count)})", Join(categories.Select(ForeignText.Markdown))];
        if (settings.Categories.Except(categories).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            yield return [$"Not measured ({Text(missing.Count)})", Join(missing.Select(ForeignText.Markdown))];
        yield return ["Shots (K)", Join(rows.Select(row => row.Cell.Shots).Distinct().Order().Select(Text))];
        yield return ["Seeds", Join(rows.Select(row => row.Cell.Seed).Distinct().Order().Select(Text))];
        yield return ["Cells", Text(rows.Count)];
        yield return ["Total time", ReportWords.Duration(BenchmarkTimes.Total(rows))];
        yield return ["Data", $"{ForeignText.Markdown(settings.Data)}, SHA-256 of names and sizes {ForeignText.Markdown(settings.DataHash)}"];
    }

    private static IEnumerable<IReadOnlyList<string>> Where(Machine machine, IReadOnlyList<BenchmarkRow> rows)
    {
        yield return ["Device", $"{ForeignText.Markdown(machine.Device)} ({ForeignText.Markdown(machine.DeviceReason)})"];
        yield return ["Processor", $"{ForeignText.Markdown(machine.Processor)}, {ReportWords.Count(machine.Cores, "core", "cores")}, {ReportWords.Count(machine.Threads, "thread", "threads")}"];
        yield return ["System", ForeignText.Markdown(machine.System)];
        // Rows that an earlier version made are kept, and said.
        var codes = rows.Select(row => row.Code).Append(machine.Code).Where(code => code.Length > 0).Distinct().Order(StringComparer.Ordinal);
        yield return ["Code", Join(codes.Select(ForeignText.Markdown))];
        yield return ["Libraries", ForeignText.Markdown(machine.Libraries)];
    }

    private static string Join(IEnumerable<string> words) => string.Join(", ", words);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
