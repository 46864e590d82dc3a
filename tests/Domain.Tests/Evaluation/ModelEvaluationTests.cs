using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;

namespace FewShotAD.Domain.Tests.Evaluation;

public sealed class ModelEvaluationTests
{
    private static readonly Calibration Line = new(1, 2, 0, 0, 1);

    private static readonly EvaluatedImage[] Images =
    [
        Image("g0", 0.2, ImageLabel.Normal), Image("g1", 0.9, ImageLabel.Normal), Image("g2", 1.5, ImageLabel.Normal), Image("g3", 2.1, ImageLabel.Normal),
        Image("s0", 3, ImageLabel.Defective, "scratch"), Image("s1", 1.2, ImageLabel.Defective, "scratch"), Image("s2", 0.5, ImageLabel.Defective, "scratch"),
        Image("d0", 4, ImageLabel.Defective, "dent"), Image("x0", 0.1, ImageLabel.Defective), Image("u0", 9, ImageLabel.Unknown),
    ];

    [Fact]
    public void The_line_is_counted_and_the_ranking_is_that_of_all_labelled_images()
    {
        var evaluation = Evaluate(Images);
        Assert.Equal((new VerdictCounts(2, 1, 1), new VerdictCounts(2, 1, 2), 1), (evaluation.Good, evaluation.Defective, evaluation.Unlabelled));
        // Pairs won of 4 each: 3 → 4, 1.2 → 2, 0.5 → 1, 4 → 4, 0.1 → 0.
        Assert.Equal(11 / 20.0, evaluation.Image!.Auroc!.Value, 12);
        Assert.NotNull(evaluation.Intervals);
    }

    [Fact]
    public void Each_type_is_measured_against_all_good_images_and_the_worst_comes_first()
    {
        var types = Evaluate(Images).Types;
        Assert.Equal([null, "scratch", "dent"], types.Select(type => type.Type));
        Assert.Equal(new VerdictCounts(1, 1, 1), types[1].Counts);
        Assert.Equal(7 / 12.0, types[1].Auroc!.Value, 12);
        Assert.NotNull(types[1].AurocInterval);
        // Twice T2's span is 100, and the median score is 1.2.
        Assert.Equal(30, types[1].MedianScaled, 12);
        Assert.Equal((1.0, null), (types[2].Auroc, types[2].AurocInterval));
    }

    [Fact]
    public void Missed_ones_are_those_called_normal_the_lowest_first() =>
        Assert.Equal(["x0", "s2"], Evaluate(Images).Missed.Select(image => image.Name));

    [Theory]
    [InlineData(ImageLabel.Normal)]
    [InlineData(ImageLabel.Defective)]
    [InlineData(ImageLabel.Unknown)]
    public void With_one_class_there_is_no_ranking(ImageLabel label)
    {
        var evaluation = Evaluate([.. Images.Where(image => image.Label == label)]);
        Assert.False(evaluation.HasBothClasses);
        Assert.Null(evaluation.Image);
        Assert.Null(evaluation.Intervals);
        Assert.All(evaluation.Types, type => Assert.Null(type.Auroc));
    }

    [Fact]
    public void Examples_are_the_highest_and_then_the_nearest_to_the_line()
    {
        var examples = TellingExamples.Of(Images, Line, 3);
        Assert.Equal(["u0", "d0", "s0"], examples.Highest.Select(image => image.Name));
        Assert.Equal(["g1", "g3", "s1"], examples.NearTheLine.Select(image => image.Name).Order(StringComparer.Ordinal));
        Assert.Empty(TellingExamples.Of([.. Images.Take(2)], Line, 3).NearTheLine);
    }

    private static ModelEvaluation Evaluate(EvaluatedImage[] images) => ModelEvaluation.Of(images, Line, TestContext.Current.CancellationToken);

    private static EvaluatedImage Image(string name, double score, ImageLabel label, string? type = null) =>
        new(new ResultId(Guid.NewGuid()), new ImageId(Guid.NewGuid()), name, score, label, type);
}
