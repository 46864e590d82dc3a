using System.Globalization;
using MathNet.Numerics.Statistics;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>The losses of the last step, by which one sees whether the adversarial game was balanced.</summary>
internal static class LossTable
{
    /// <param name="rows">As <see cref="OrderedRows"/> gives them.</param>
    public static void Add(MarkdownText text, IReadOnlyList<BenchmarkRow> rows)
    {
        var trained = rows.Where(row => row.Losses is not null)
            .GroupBy(row => (row.Cell.Method, row.Cell.Shots, row.Cell.Arm))
            .Select(arm => (arm.Key, Losses: arm.Select(row => row.Losses!).ToList()))
            .ToList();
        if (trained.Count == 0)
            return;
        text.Heading(2, "Losses of the last step").Paragraph(
            "Mean ± sample standard deviation over categories and seeds. A discriminator with an accuracy of 0.5 guesses; "
            + "near 1 it tells the features apart.");
        text.Table(
            ["Method", "K", "Task", "Discriminator", "Adversarial", "Discriminator's accuracy"],
            trained.Select(arm => (string[])
            [
                ReportWords.Name(arm.Key.Method, arm.Key.Arm),
                arm.Key.Shots.ToString(CultureInfo.InvariantCulture),
                Spread(arm.Losses.Select(losses => (double?)losses.Task)),
                Spread(arm.Losses.Select(losses => losses.Discriminator)),
                Spread(arm.Losses.Select(losses => losses.Adversarial)),
                Spread(arm.Losses.Select(losses => losses.DiscriminatorAccuracy)),
            ]));
    }

    private static string Spread(IEnumerable<double?> losses)
    {
        var values = losses.OfType<double>().ToList();
        if (values.Count == 0)
            return ReportWords.Missing;
        var (mean, sd) = values.MeanStandardDeviation();
        return values.Count == 1 ? ReportWords.Number(mean) : $"{ReportWords.Number(mean)} ± {ReportWords.Number(sd)}";
    }
}
