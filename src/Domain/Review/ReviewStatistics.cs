using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Review;

/// <summary>A verdict that stands, as the statistics need it.</summary>
/// <param name="Pending">A second person has yet to judge the result: what was said may not show, not even in a sum.</param>
public sealed record JudgedResult(
    ResultId Result, int Round, int Sequence, ReviewPass Pass, ReviewDecision Decision, Verdict ModelSaid, UserId By, DateTimeOffset At, double? Seconds, bool Pending);

/// <summary>Two people on the results that both judged blind. The one with the smaller id stands first.</summary>
public sealed record PairAgreement(UserId One, UserId Other, Agreement Agreement);

/// <param name="LeftOut">Results on which the model was uncertain or the person unsure: there is no word of both to compare.</param>
public sealed record ModelAgreement(UserId Person, Agreement Agreement, int LeftOut);

/// <param name="MedianSeconds">Per image, from having it to the verdict; null where no image was taken from the queue.</param>
public sealed record WorkOfDay(UserId Person, DateOnly Day, int Decided, double? MedianSeconds, int Overruled, int Unsure);

/// <summary>Agreement and work, from the verdicts that stand.</summary>
public static class ReviewStatistics
{
    private enum Call
    {
        Normal,
        Defect,
    }

    /// <summary>“Unsure” is an outcome like the others here: that two people are unsure of the same image is agreement.</summary>
    public static IReadOnlyList<PairAgreement> BetweenPeople(IEnumerable<JudgedResult> verdicts)
    {
        var pairs = new Dictionary<(UserId, UserId), List<(ReviewDecision, ReviewDecision)>>();
        foreach (var judged in verdicts.Where(v => !v.Pending).GroupBy(v => (v.Result, v.Round)))
        {
            var first = judged.Where(v => v.Pass == ReviewPass.First).MaxBy(v => v.Sequence);
            var second = judged.Where(v => v.Pass == ReviewPass.Second).MaxBy(v => v.Sequence);
            if (first is null || second is null)
                continue;
            var (one, other) = first.By.Value.CompareTo(second.By.Value) < 0 ? (first, second) : (second, first);
            if (!pairs.TryGetValue((one.By, other.By), out var list))
                pairs[(one.By, other.By)] = list = [];
            list.Add((one.Decision, other.Decision));
        }

        return [.. pairs.Select(p => new PairAgreement(p.Key.Item1, p.Key.Item2, CohensKappa.Of(p.Value))).OrderByDescending(p => p.Agreement.Count)];
    }

    /// <summary>Each person's last word on a result against the line's; what the model left open, or the person, is left out.</summary>
    public static IReadOnlyList<ModelAgreement> WithModel(IEnumerable<JudgedResult> verdicts) =>
    [
        .. verdicts.Where(v => !v.Pending).GroupBy(v => v.By).Select(person =>
        {
            var last = person.GroupBy(v => v.Result).Select(result => result.OrderBy(v => v.Round).ThenBy(v => v.Sequence).Last()).ToList();
            var clear = last.Where(v => v.ModelSaid != Verdict.Uncertain && v.Decision != ReviewDecision.Unsure).ToList();
            var calls = clear.Select(v => (
                v.Decision == ReviewDecision.Defect ? Call.Defect : Call.Normal, v.ModelSaid == Verdict.Defect ? Call.Defect : Call.Normal)).ToList();
            return new ModelAgreement(person.Key, CohensKappa.Of(calls), last.Count - clear.Count);
        }).OrderByDescending(p => p.Agreement.Count + p.LeftOut),
    ];

    /// <summary>Days by UTC, newest first.</summary>
    public static IReadOnlyList<WorkOfDay> Work(IEnumerable<JudgedResult> verdicts) =>
    [
        .. verdicts.GroupBy(v => (v.By, Day: DateOnly.FromDateTime(v.At.UtcDateTime)))
            .Select(day => new WorkOfDay(
                day.Key.By, day.Key.Day, day.Count(), Median([.. day.Where(v => v.Seconds is not null).Select(v => v.Seconds!.Value)]),
                day.Count(v => !v.Pending && ReviewVerdict.Overrules(v.Decision, v.ModelSaid)),
                day.Count(v => !v.Pending && v.Decision == ReviewDecision.Unsure)))
            .OrderByDescending(day => day.Day).ThenByDescending(day => day.Decided),
    ];

    private static double? Median(List<double> values)
    {
        if (values.Count == 0)
            return null;
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
