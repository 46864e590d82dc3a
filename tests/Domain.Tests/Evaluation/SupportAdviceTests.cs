using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class SupportAdviceTests
{
    [Fact]
    public void A_shot_outside_what_the_others_say_is_odd()
    {
        // The others of the last: median 1.0, MAD 0.05 (0.074 as a deviation), less than a tenth of the median, so 1.0 + 3.5·0.1.
        var advice = SupportAdvice.Of([0.95, 1.0, 1.05, 1.36]);
        Assert.Equal(1.35, advice[3].Limit!.Value, 12);
        Assert.Equal(ShotStanding.Odd, advice[3].Standing);
        Assert.Equal(ShotStanding.Fits, SupportAdvice.Of([0.95, 1.0, 1.05, 1.34])[3].Standing);
        Assert.All(advice.Take(3), shot => Assert.Equal(ShotStanding.Fits, shot.Standing));
    }

    [Fact]
    public void Where_the_others_differ_much_more_is_allowed()
    {
        // Median 2, MAD 1.
        var advice = SupportAdvice.Of([1, 2, 3, 7]);
        Assert.Equal(2 + (3.5 * 1.4826), advice[3].Limit!.Value, 12);
        Assert.Equal(ShotStanding.Fits, advice[3].Standing);
        Assert.Equal(ShotStanding.Odd, SupportAdvice.Of([1, 2, 3, 7.2])[3].Standing);
    }

    [Fact]
    public void Two_odd_ones_among_many_do_not_hide_each_other() =>
        Assert.Equal([5, 6], Odd([1, 1.1, 0.9, 1, 1.05, 4, 5, 0.95]));

    [Fact]
    public void A_low_score_is_never_odd() => Assert.Empty(Odd([1, 1.02, 0.98, 0.1, 1.01]));

    [Theory]
    [InlineData(1.0, 9.0)]
    [InlineData(1.0, 1.1, 9.0)]
    public void Two_or_three_shots_only_give_a_hint(params double[] scores)
    {
        var advice = SupportAdvice.Of(scores);
        Assert.Equal(ShotStanding.Look, advice[^1].Standing);
        Assert.All(advice.SkipLast(1), shot => Assert.Equal(ShotStanding.Fits, shot.Standing));
    }

    [Fact]
    public void One_shot_has_nobody_to_be_compared_with() => Assert.Equal(new ShotAdvice(3, null, ShotStanding.Fits), Assert.Single(SupportAdvice.Of([3])));

    [Fact]
    public void The_unit_of_the_score_does_not_matter()
    {
        double[] scores = [0.4, 0.5, 0.45, 0.9, 0.48];
        Assert.Equal(
            SupportAdvice.Of(scores).Select(shot => shot.Standing),
            SupportAdvice.Of([.. scores.Select(score => score * 1_000)]).Select(shot => shot.Standing));
    }

    private static IEnumerable<int> Odd(double[] scores) =>
        SupportAdvice.Of(scores).Index().Where(shot => shot.Item.Standing == ShotStanding.Odd).Select(shot => shot.Index);
}
