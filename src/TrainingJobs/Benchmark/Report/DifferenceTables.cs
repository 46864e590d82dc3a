using System.Globalization;

namespace FewShotAD.TrainingJobs.Benchmark.Report;

/// <summary>Paired differences: what the adversarial loss changes, and what training changes.</summary>
internal static class DifferenceTables
{
    public static void Add(MarkdownText text, IReadOnlyList<ArmDifference> differences)
    {
        var adversarial = differences.Where(difference => difference.Arm == BenchmarkArm.Adversarial).ToList();
        text.Heading(2, "What the adversarial loss changes");
        if (adversarial.Count == 0)
        {
            text.Paragraph("Nothing to compare: no category and seed has both arms.");
        }
        else
        {
            text.Paragraph("Adversarial − plain. " + Explanation());
            Overall(text, adversarial);
            ByCategory(text, adversarial);
        }

        var training = differences.Where(difference => difference.Arm == BenchmarkArm.Plain).ToList();
        if (training.Count == 0)
            return;
        text.Heading(2, "What training changes").Paragraph("Plain − untrained, in the same way.");
        Overall(text, training);
    }

    private static void Overall(MarkdownText text, List<ArmDifference> differences)
    {
        var all = differences.Where(difference => difference.Category is null).ToList();
        text.Table(
            ["Method", "Metric", "K", "Difference", "sd", "95 % paired t", "95 % bootstrap", "n", "Pairs", "Reading"],
            all.Select(difference => (string[])
            [
                difference.Method.Name(), difference.Metric.Name(), Text(difference.Shots), ReportWords.Signed(difference.Mean), Sd(difference),
                ReportWords.Range(difference.Student), ReportWords.Range(difference.Bootstrap), Units(difference), Text(difference.Pairs),
                difference.Finding.Name(),
            ]),
            numbers: 2..^1);
    }

    private static string Explanation() => string.Create(
        CultureInfo.InvariantCulture,
        $"Differences are paired by category and seed. n is what mean, sd and the t interval are over: categories, each the mean of its seeds, "
        + $"or the seeds of a single category. The bootstrap draws categories, then seeds within each, {PairedBootstrap.Resamples} times. "
        + $"With n = 1 there is no interval. A gain or a loss is one only where both intervals exclude 0: with few seeds the bootstrap alone "
        + $"is too sure.");

    private static void ByCategory(MarkdownText text, List<ArmDifference> differences)
    {
        text.Heading(3, "Image AUROC by category");
        var rows = differences.Where(difference => difference is { Category: not null, Metric: BenchmarkMetric.ImageAuroc }).ToList();
        if (rows.Count == 0)
        {
            text.Paragraph("No category has normals and defectives.");
            return;
        }

        text.Table(
            ["Category", "Method", "K", "Difference", "sd", "95 % paired t", "Seeds", "Reading"],
            rows.Select(difference => (string[])
            [
                ForeignText.Markdown(difference.Category!), difference.Method.Name(), Text(difference.Shots), ReportWords.Signed(difference.Mean),
                Sd(difference), ReportWords.Range(difference.Student), Text(difference.Pairs), difference.Finding.Name(),
            ]),
            numbers: 2..^1);
    }

    private static string Sd(ArmDifference difference) =>
        difference.Sd is { } sd ? sd.ToString("0.0000", CultureInfo.InvariantCulture) : ReportWords.Missing;

    private static string Units(ArmDifference difference) => difference.Unit == DifferenceUnit.Seeds
        ? ReportWords.Count(difference.Units, "seed", "seeds")
        : ReportWords.Count(difference.Units, "category", "categories");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
