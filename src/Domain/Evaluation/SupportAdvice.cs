namespace FewShotAD.Domain.Evaluation;

public enum ShotStanding
{
    /// <summary>Like the others.</summary>
    Fits,

    /// <summary>Higher than the others, but too few shots say so: worth a look.</summary>
    Look,

    /// <summary>Outside what the others say.</summary>
    Odd,
}

/// <summary>How a support shot looks to a model of the others.</summary>
/// <param name="Score">Its score under the model that was fitted without it.</param>
/// <param name="Limit">What the scores of the others allow; null when there are no others.</param>
public sealed record ShotAdvice(double Score, double? Limit, ShotStanding Standing);

/// <summary>
/// Finds support shots that do not belong: a shot is odd when its leave-one-out score lies above median + k·MAD of the other shots'
/// scores. The shot itself is left out of both, or among a handful it would hide itself. MAD is scaled to a standard deviation and
/// at least a tenth of the median, because three scores often lie close together by chance. For normal shots whose scores vary by
/// a tenth that calls one set in seventy odd (simulated), while a shot six deviations away is found nineteen times in twenty.
/// Only high scores count: a shot that the others explain very well does no harm.
/// </summary>
public static class SupportAdvice
{
    /// <summary>k.</summary>
    public const double Deviations = 3.5;

    /// <summary>The least deviation, as a share of the median.</summary>
    public const double LeastSpread = 0.1;

    /// <summary>With fewer shots the word is “look”, never “odd”.</summary>
    public const int LeastShots = 4;

    /// <summary>Of a normal distribution: standard deviation ÷ MAD.</summary>
    private const double MadToDeviation = 1.4826;

    /// <returns>One for each score, in their order.</returns>
    public static IReadOnlyList<ShotAdvice> Of(IReadOnlyList<double> scores) => [.. scores.Select((score, shot) => Of(scores, shot))];

    private static ShotAdvice Of(IReadOnlyList<double> scores, int shot)
    {
        var others = scores.Where((_, i) => i != shot).ToList();
        if (others.Count == 0)
            return new ShotAdvice(scores[shot], null, ShotStanding.Fits);
        var median = Medians.Of(others);
        var spread = Math.Max(MadToDeviation * Medians.Of(others.Select(s => Math.Abs(s - median))), LeastSpread * Math.Abs(median));
        var limit = median + (Deviations * spread);
        var standing = scores[shot] <= limit ? ShotStanding.Fits : scores.Count < LeastShots ? ShotStanding.Look : ShotStanding.Odd;
        return new ShotAdvice(scores[shot], limit, standing);
    }
}
