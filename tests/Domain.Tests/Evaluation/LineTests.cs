using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.TestKit;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

/// <summary>Counts, costs and flips of a line: by hand, against trying everything, and by what must hold for any numbers.</summary>
public sealed class LineTests
{
    private static readonly LineThresholds Line = new(1, 2, 0.6);
    private static readonly Calibration Fitted = new(1, 2, 0.5, 0.1, 0.6);

    public sealed record Costs(double Escape, double FalseAlarm, double Review, double? DefectPercent);

    public sealed record Point(double T1, double T2, double Cost);

    /// <summary>The script of the page is held against the same file.</summary>
    public sealed record Case(string Name, double[] Good, double[] Defective, Costs Costs, Point Cheapest, double F1);

    public static TheoryData<string> Cases => [.. Read().Select(c => c.Name)];

    [Fact]
    public void A_score_at_a_threshold_is_certain()
    {
        var scores = LineScores.Of([0.5, 1, 1.5, 2], [2, 3], [1, 9]);
        var counts = scores.At(Line);
        Assert.Equal((new VerdictCounts(2, 1, 1), new VerdictCounts(0, 0, 2), new VerdictCounts(1, 0, 1)), (counts.Good, counts.Defective, counts.Unlabelled));
        // Without a band of its own nothing is uncertain, and what lies on the line is a defect.
        Assert.Equal(new VerdictCounts(3, 0, 1), scores.At(new LineThresholds(2, 2, 0.6)).Good);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_cheapest_line_and_F1_by_hand(string name)
    {
        var c = Read().Single(one => one.Name == name);
        var scores = LineScores.Of(c.Good, c.Defective, []);
        var costs = new LineCosts(c.Costs.Escape, c.Costs.FalseAlarm, c.Costs.Review, c.Costs.DefectPercent);
        var (t1, t2) = LineChoice.Cheapest(scores, costs)!.Value;
        Assert.Equal((c.Cheapest.T1, c.Cheapest.T2), (Math.Round(t1, 9), Math.Round(t2, 9)));
        Assert.Equal(c.Cheapest.Cost, costs.Of(scores.At(new LineThresholds(t1, t2, 1)))!.Value, 9);
        Assert.Equal(c.F1, LineChoice.F1Max(scores)!.Value, 9);
    }

    [Property(MaxTest = 300)]
    public void No_pair_of_thresholds_costs_less_than_the_cheapest((sbyte Score, bool Defective)[] samples, byte escape, byte alarm, byte review, byte share)
    {
        var scores = Of(samples);
        var costs = new LineCosts(escape, alarm, review, share % 3 == 0 ? null : 0.5 + (share % 97));
        if (LineChoice.Cheapest(scores, costs) is not { } found)
        {
            Assert.False(scores.HasBothClasses);
            return;
        }

        Assert.True(found.T1 <= found.T2);
        double[] cuts = [.. samples.Select(s => s.Score + 0.5).Append(-200).Distinct()];
        var least = cuts.SelectMany(t1 => cuts.Where(t2 => t2 >= t1).Select(t2 => costs.Of(scores.At(new LineThresholds(t1, t2, 1)))!.Value)).Min();
        Assert.Equal(least, costs.Of(scores.At(new LineThresholds(found.T1, found.T2, 1)))!.Value, 6);
    }

    [Property(MaxTest = 300)]
    public void F1_at_the_offered_line_is_the_largest((sbyte Score, bool Defective)[] samples)
    {
        var scores = Of(samples);
        if (LineChoice.F1Max(scores) is not { } t2)
            return;
        double F1(double from)
        {
            var counts = scores.At(new LineThresholds(from, from, 1));
            return 2.0 * counts.Defective.Defect / (counts.Defective.Images + counts.Defective.Defect + counts.Good.Defect);
        }

        Assert.Equal(samples.Max(s => F1(s.Score)), F1(t2), 12);
    }

    [Property(MaxTest = 300)]
    public void Counts_and_flips_are_those_of_judging_one_by_one((sbyte Score, bool Defective)[] samples, sbyte a, sbyte b, sbyte c, sbyte d)
    {
        var (from, to) = (Between(a, b), Between(c, d));
        var (before, after) = (Judging(from), Judging(to));
        var scores = Of(samples);
        Assert.Equal(samples.Count(s => s.Defective && after.Judge(s.Score) == Verdict.Uncertain), scores.At(to).Defective.Uncertain);
        Assert.Equal(samples.Count(s => !s.Defective && after.Judge(s.Score) == Verdict.Normal), scores.At(to).Good.Normal);
        var counted = samples.Select(s => (Label: s.Defective ? ImageLabel.Defective : ImageLabel.Normal, From: before.Judge(s.Score), To: after.Judge(s.Score)))
            .Where(s => s.From != s.To).GroupBy(s => s).Select(g => new LineFlip(g.Key.Label, g.Key.From, g.Key.To, g.Count()));
        Assert.Equal(counted.ToHashSet(), LineFlips.Count(scores, from, to).ToHashSet());
    }

    [Property(MaxTest = 300)]
    public void Going_back_flips_the_same_images_back((sbyte Score, bool Defective)[] samples, sbyte a, sbyte b, sbyte c, sbyte d)
    {
        var (from, to) = (Between(a, b), Between(c, d));
        var there = LineFlips.Count(Of(samples), from, to);
        var back = LineFlips.Count(Of(samples), to, from).Select(flip => new LineFlip(flip.Label, flip.To, flip.From, flip.Images));
        Assert.Equal(there.ToHashSet(), back.ToHashSet());
        Assert.Empty(LineFlips.Count(Of(samples), from, from));
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 10, 0.7225, 1)]
    [InlineData(1, 20, 0.0089, 0.2361)]
    [InlineData(5, 50, 0.0435, 0.2136)]
    public void Wilsons_interval_by_the_books(int hits, int all, double low, double high)
    {
        var interval = WilsonInterval.Of(hits, all)!;
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
        Assert.Null(WilsonInterval.Of(0, 0));
    }

    [Fact]
    public void Neighbouring_numbers_have_a_line_between_them()
    {
        var low = 1.0;
        var scores = LineScores.Of([low], [Math.BitIncrement(low)], []);
        var (t1, t2) = LineChoice.Cheapest(scores, new LineCosts(10, 1, 1))!.Value;
        Assert.Equal((new VerdictCounts(1, 0, 0), new VerdictCounts(0, 0, 1)), (scores.At(new(t1, t2, 1)).Good, scores.At(new(t1, t2, 1)).Defective));
        Assert.True(t1 <= t2);
    }

    [Theory]
    [InlineData(double.NaN, 2, 1, "line.number")]
    [InlineData(2.1, 2, 1, "line.order")]
    [InlineData(1, 2, 0.1, "line.pixel")]
    [InlineData(1, double.PositiveInfinity, 1, "line.number")]
    public void What_is_no_line_is_refused(double t1, double t2, double pixel, string code) =>
        Assert.Equal(code, Fitted.Move(new LineThresholds(t1, t2, pixel)).Error!.Code);

    [Fact]
    public void The_scales_begin_where_they_began_and_follow_their_thresholds()
    {
        var moved = Fitted.Move(new LineThresholds(1.5, 4.5, 1.1)).Value;
        Assert.Equal((0, 50, 25), (moved.Scale(0.5), moved.Scale(4.5), moved.Scale(2.5)));
        Assert.Equal((0.1, 2.1), (moved.ScaleLow, Math.Round(moved.ScaleHigh, 9)));
        Assert.Equal(Fitted, moved.Move(Fitted.Thresholds()).Value);
    }

    [Theory]
    [InlineData(-1, 1, 1, null, "line.costs")]
    [InlineData(1, double.NaN, 1, null, "line.costs")]
    [InlineData(1, 1, 2e9, null, "line.costs")]
    [InlineData(1, 1, 1, 0.0, "line.share")]
    [InlineData(1, 1, 1, 100.0, "line.share")]
    public void Costs_that_cannot_be_are_refused(double escape, double alarm, double review, double? percent, string code) =>
        Assert.Equal(code, new LineCosts(escape, alarm, review, percent).Check().Error!.Code);

    private static LineScores Of((sbyte Score, bool Defective)[] samples) => LineScores.Of(
        samples.Where(s => !s.Defective).Select(s => (double)s.Score), samples.Where(s => s.Defective).Select(s => (double)s.Score), []);

    private static LineThresholds Between(sbyte a, sbyte b) => new(Math.Min(a, b), Math.Max(a, b), 1);

    private static Calibration Judging(LineThresholds line) => Fitted with { CertainlyGood = line.T1, CertainlyDefective = line.T2 };

    private static List<Case> Read() => JsonSerializer.Deserialize<List<Case>>(
        File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "tests", "js", "line-cases.json")), JsonSerializerOptions.Web)!;
}
