using FewShotAD.Domain.Images;

namespace FewShotAD.Domain.Evaluation;

/// <summary>How many images of a label change from one verdict to another.</summary>
/// <param name="Label">Unknown also for images that say nothing about the line: outside the test set, or shots of the model.</param>
public sealed record LineFlip(ImageLabel Label, Verdict From, Verdict To, int Images);

/// <summary>A labelled image that changed.</summary>
public sealed record FlippedImage(Guid Image, string Name, ImageLabel Label, string? DefectType, double Score, Verdict From, Verdict To);

/// <summary>What another line makes of a model's images that the present one does not.</summary>
/// <param name="Counts">Only what changes.</param>
/// <param name="Labelled">The labelled ones among them, at most <see cref="MostKept"/>.</param>
public sealed record LineFlips(IReadOnlyList<LineFlip> Counts, IReadOnlyList<FlippedImage> Labelled)
{
    public const int MostKept = 100;

    private static readonly Verdict[] Verdicts = Enum.GetValues<Verdict>();

    public static LineFlips None { get; } = new([], []);

    public int Images => Counts.Sum(flip => flip.Images);

    public static IReadOnlyList<LineFlip> Count(LineScores scores, LineThresholds from, LineThresholds to) =>
    [
        .. Of(ImageLabel.Normal, scores.Good, from, to),
        .. Of(ImageLabel.Defective, scores.Defective, from, to),
        .. Of(ImageLabel.Unknown, scores.Unlabelled, from, to),
    ];

    private static IEnumerable<LineFlip> Of(ImageLabel label, IReadOnlyList<double> sorted, LineThresholds old, LineThresholds next)
    {
        var scores = sorted as double[] ?? [.. sorted];
        return Verdicts
            .SelectMany(before => Verdicts.Where(after => after != before), (before, after) =>
                new LineFlip(label, before, after, Both(Range(scores, old, before), Range(scores, next, after))))
            .Where(flip => flip.Images > 0);
    }

    /// <summary>The places of a verdict in the sorted scores.</summary>
    private static (int Begin, int End) Range(double[] scores, LineThresholds line, Verdict verdict)
    {
        var defect = LineScores.Below(scores, line.T2);
        var uncertain = Math.Min(defect, LineScores.Below(scores, Math.BitIncrement(line.T1)));
        return verdict switch
        {
            Verdict.Normal => (0, uncertain),
            Verdict.Uncertain => (uncertain, defect),
            _ => (defect, scores.Length),
        };
    }

    private static int Both((int Begin, int End) one, (int Begin, int End) other) =>
        Math.Max(0, Math.Min(one.End, other.End) - Math.Max(one.Begin, other.Begin));
}
