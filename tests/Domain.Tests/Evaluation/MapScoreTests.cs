using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class MapScoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void The_largest_mean_of_a_window_equals_a_slow_search(int window)
    {
        const int Side = 7;
        var random = new Random(3);
        var map = Enumerable.Range(0, Side * Side).Select(_ => random.NextSingle()).ToArray();
        var largest = double.NegativeInfinity;
        for (var top = 0; top + window <= Side; top++)
        {
            for (var left = 0; left + window <= Side; left++)
            {
                var sum = 0.0;
                for (var y = top; y < top + window; y++)
                {
                    for (var x = left; x < left + window; x++)
                        sum += map[(y * Side) + x];
                }

                largest = Math.Max(largest, sum / (window * window));
            }
        }

        Assert.Equal(largest, MapScore.Of(map, Side, window), 1e-9);
    }

    [Fact]
    public void A_window_of_one_gives_the_very_value() => Assert.Equal(0.1f, MapScore.Of([0.1f, 0.05f, -1, 0], 2, 1));

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(24)]
    public void A_value_that_is_no_number_shows_in_the_score_and_the_largest_is_found_anywhere(int at)
    {
        var map = Enumerable.Repeat(-2f, 25).ToArray();
        map[at] = 3;
        Assert.Equal(3, MapScore.Of(map, 5, 1));
        map[at] = float.NaN;
        Assert.Equal(double.NaN, MapScore.Of(map, 5, 1));
    }

    [Fact]
    public void A_window_that_does_not_fit_is_refused() => Assert.Throws<ArgumentException>(() => MapScore.Of([1, 2, 3, 4], 2, 3));
}
