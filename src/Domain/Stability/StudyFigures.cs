using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Stability;

public enum StudyMetric
{
    ImageAuroc,
    PixelAuroc,
    Aupro,
    ImageF1Max,
}

/// <summary>One training of a study.</summary>
/// <param name="Metrics">Null while, or because, it has measured nothing.</param>
public sealed record StudyCell(int Set, int Seed, EvaluationMetrics? Metrics);

/// <summary>What the cells of one set came to.</summary>
/// <param name="Values">By metric the values of its seeds, in the order of the cells.</param>
public sealed record SetFigures(int Set, IReadOnlyDictionary<StudyMetric, IReadOnlyList<double>> Values)
{
    public double? Mean(StudyMetric metric) => Values[metric] is { Count: > 0 } values ? values.Average() : null;
}

/// <summary>What a study says, as far as its cells have come.</summary>
/// <param name="Spreads">Only of metrics that some cell has.</param>
/// <param name="Best">The set with the highest mean image AUROC; null unless two sets have one. <paramref name="Worst"/> is the lowest.</param>
/// <param name="Mixed">Cells were measured on different test images or labels, because somebody changed them meanwhile: they cannot be compared.</param>
public sealed record StudyFigures(
    IReadOnlyDictionary<StudyMetric, SupportSpread> Spreads, IReadOnlyList<SetFigures> Sets, SetFigures? Best, SetFigures? Worst, bool Mixed)
{
    public static double? Of(EvaluationMetrics metrics, StudyMetric metric) => metric switch
    {
        StudyMetric.ImageAuroc => metrics.ImageAuroc,
        StudyMetric.PixelAuroc => metrics.PixelAuroc,
        StudyMetric.Aupro => metrics.Aupro,
        StudyMetric.ImageF1Max => metrics.ImageF1Max,
        _ => throw new ArgumentOutOfRangeException(nameof(metric)),
    };

    public static StudyFigures Of(IReadOnlyList<StudyCell> cells)
    {
        var sets = cells.GroupBy(cell => cell.Set).OrderBy(set => set.Key).Select(set => new SetFigures(
            set.Key, Enum.GetValues<StudyMetric>().ToDictionary(metric => metric, metric => Values(set, metric)))).ToList();
        var spreads = new Dictionary<StudyMetric, SupportSpread>();
        foreach (var metric in Enum.GetValues<StudyMetric>())
        {
            if (SupportSpread.Of(sets.Select(set => set.Values[metric])) is { } spread)
                spreads[metric] = Within(spread);
        }

        var ranked = sets.Where(set => set.Mean(StudyMetric.ImageAuroc) is not null).OrderByDescending(set => set.Mean(StudyMetric.ImageAuroc)).ToList();
        var counts = cells.Where(cell => cell.Metrics is not null)
            .Select(cell => (cell.Metrics!.NormalImages, cell.Metrics.DefectiveImages, cell.Metrics.MaskedImages)).Distinct().Count();
        return ranked.Count < 2
            ? new StudyFigures(spreads, sets, null, null, counts > 1)
            : new StudyFigures(spreads, sets, ranked[0], ranked[^1], counts > 1);
    }

    private static IReadOnlyList<double> Values(IEnumerable<StudyCell> set, StudyMetric metric) =>
        [.. set.Select(cell => cell.Metrics is { } metrics ? Of(metrics, metric) : null).OfType<double>()];

    /// <summary>All of these numbers lie between 0 and 1, and so does what they may be.</summary>
    private static SupportSpread Within(SupportSpread spread) => spread.Interval is { } interval
        ? spread with { Interval = new Interval(Math.Max(0, interval.Low), Math.Min(1, interval.High)) }
        : spread;
}
