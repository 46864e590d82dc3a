using FewShotAD.Domain.Evaluation;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class CalibrationTests
{
    private static readonly Calibration Line = new(CertainlyGood: 1.5, CertainlyDefective: 3, NormalScore: 1, NormalPixel: 0.5, PixelThreshold: 2);

    [Theory]
    [InlineData(double.NegativeInfinity, Verdict.Normal)]
    [InlineData(1.5, Verdict.Normal)]
    [InlineData(1.5000001, Verdict.Uncertain)]
    [InlineData(2.9999999, Verdict.Uncertain)]
    [InlineData(3, Verdict.Defect)]
    [InlineData(double.PositiveInfinity, Verdict.Defect)]
    public void The_lines_themselves_belong_to_the_certain_sides(double score, Verdict verdict) => Assert.Equal(verdict, Line.Judge(score));

    [Theory]
    [InlineData(1, 0)] // a typical normal part
    [InlineData(2, 25)]
    [InlineData(3, 50)] // T2
    [InlineData(4, 75)]
    [InlineData(5, 100)]
    [InlineData(-7, 0)]
    [InlineData(1e9, 100)]
    public void The_scale_has_0_at_a_normal_part_and_50_at_the_upper_line(double score, double scaled) => Assert.Equal(scaled, Line.Scale(score), 12);

    [Theory]
    [InlineData(3)] // no room between normal and the line
    [InlineData(4)] // the line below a normal part
    public void Without_room_below_the_line_the_scale_only_says_which_side(double normal)
    {
        var degenerate = Line with { NormalScore = normal };
        Assert.Equal(0, degenerate.Scale(2.999));
        Assert.Equal(50, degenerate.Scale(3));
        Assert.Equal(50, degenerate.Scale(1_000));
    }

    [Fact]
    public void Lines_that_coincide_leave_nothing_uncertain()
    {
        var single = Line with { CertainlyGood = 3 };
        Assert.Equal(Verdict.Normal, single.Judge(2.999));
        Assert.Equal(Verdict.Defect, single.Judge(3));
    }

    [Fact]
    public void The_threshold_is_the_middle_of_the_colour_scale()
    {
        Assert.Equal(0.5, Line.ScaleLow);
        Assert.Equal(3.5, Line.ScaleHigh);
        Assert.Equal(Line.PixelThreshold, (Line.ScaleLow + Line.ScaleHigh) / 2);
    }

    [Property(MaxTest = 500)]
    public bool A_higher_score_is_never_judged_or_scaled_lower(short normal, ushort toGood, ushort toDefective, short first, short second)
    {
        var line = new Calibration(normal + (toGood / 8.0), normal + (toDefective / 8.0), normal, 0, 1);
        var (low, high) = (Math.Min(first, second), Math.Max(first, second));
        return line.Scale(low) <= line.Scale(high) && line.Judge(low) <= line.Judge(high);
    }

    [Property(MaxTest = 500)]
    public bool A_scaled_score_is_50_or_more_exactly_for_defects(short normal, ushort span, short score)
    {
        var line = new Calibration(normal, normal + span, normal, 0, 1);
        var scaled = line.Scale(score);
        return scaled is >= 0 and <= 100 && (scaled >= 50) == (line.Judge(score) == Verdict.Defect);
    }
}
