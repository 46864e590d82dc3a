using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Evaluation;

/// <summary>What mistakes cost in a project, in any one unit.</summary>
/// <param name="Escape">A defective part that the line calls normal.</param>
/// <param name="FalseAlarm">A good part that it calls a defect.</param>
/// <param name="Review">A part that it sends to a person.</param>
/// <param name="DefectPercent">How many of a hundred parts are defective where the model works; null for as many as among the labelled test images.</param>
public sealed record LineCosts(double Escape, double FalseAlarm, double Review, double? DefectPercent = null)
{
    public const double Most = 1e9;

    public Result Check()
    {
        if (!IsCost(Escape) || !IsCost(FalseAlarm) || !IsCost(Review))
            return new InvalidLineCosts();
        return DefectPercent is { } percent && percent is not (> 0 and < 100) ? new InvalidDefectPercent() : Result.Ok;
    }

    /// <summary>Expected cost of a hundred parts at a line that makes <paramref name="counts"/> of the test images.</summary>
    /// <returns>Null unless there are good and defective images.</returns>
    public double? Of(LineCounts counts)
    {
        if (counts.Good.Images == 0 || counts.Defective.Images == 0)
            return null;
        var (good, defective) = Weights(counts.Good.Images, counts.Defective.Images);
        return (good * ((Review * counts.Good.Uncertain) + (FalseAlarm * counts.Good.Defect)))
            + (defective * ((Escape * counts.Defective.Normal) + (Review * counts.Defective.Uncertain)));
    }

    /// <summary>How much of a hundred parts one test image of a class stands for.</summary>
    internal (double Good, double Defective) Weights(int good, int defective) => DefectPercent is { } percent
        ? ((100 - percent) / good, percent / defective)
        : (100.0 / (good + defective), 100.0 / (good + defective));

    private static bool IsCost(double cost) => cost is >= 0 and <= Most;
}

public sealed record InvalidLineCosts()
    : Error(ErrorKind.Invalid, "line.costs", FormattableString.Invariant($"A cost is a number from 0 to {LineCosts.Most:N0}. Enter what an escape, a false alarm and a review cost."));

public sealed record InvalidDefectPercent()
    : Error(ErrorKind.Invalid, "line.share", "The share of defective parts lies between 0 and 100 percent. Leave it empty for the share among the test images.");
