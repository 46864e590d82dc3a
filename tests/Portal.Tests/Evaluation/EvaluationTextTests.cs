using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Evaluation;

namespace FewShotAD.Portal.Tests.Evaluation;

public sealed class EvaluationTextTests
{
    [Fact]
    public void A_number_stands_with_its_interval()
    {
        Assert.Equal("0.963 (0.921–0.991)", EvaluationText.Number(0.9634, new Interval(0.921, 0.9911)));
        Assert.Equal("0.963", EvaluationText.Number(0.963, null));
        Assert.Equal("–", EvaluationText.Number(null, null));
    }

    [Fact]
    public void The_basis_says_how_wide_the_interval_is_and_why()
    {
        var wide = EvaluationText.Basis(Of(20, 63, overlap: true));
        Assert.StartsWith("Measured on 20 good and 63 defective test images: the AUROC is known to about ±0.", wide, StringComparison.Ordinal);
        Assert.EndsWith("That is wide. More test images narrow it, good ones most.", wide, StringComparison.Ordinal);
        Assert.Contains("1 good and 5 defective test images: too few for an interval", EvaluationText.Basis(Of(1, 5, overlap: false)), StringComparison.Ordinal);
        Assert.Contains("every resample ranks the same way", EvaluationText.Basis(Of(20, 20, overlap: false)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_changed_since_training_is_said()
    {
        var now = Of(20, 20, overlap: false);
        Assert.Null(EvaluationText.Since(null, now));
        Assert.Null(EvaluationText.Since(new EvaluationMetrics(20, 20, 0, 1, 1, 1, null), now));
        Assert.Contains("was 0.900 on 20 good and 19 defective images", EvaluationText.Since(new EvaluationMetrics(20, 19, 0, 0.9, 1, 1, null), now), StringComparison.Ordinal);
    }

    private static ModelEvaluation Of(int good, int bad, bool overlap)
    {
        var random = new Random(1);
        var images = Enumerable.Range(0, good + bad).Select(i => new EvaluatedImage(
            new ResultId(Guid.NewGuid()), new ImageId(Guid.NewGuid()), $"{i}", random.NextDouble() + (i < good ? 0 : overlap ? 0.4 : 2),
            i < good ? ImageLabel.Normal : ImageLabel.Defective, null));
        return ModelEvaluation.Of([.. images], new Calibration(1, 2, 0, 0, 1), TestContext.Current.CancellationToken);
    }
}
