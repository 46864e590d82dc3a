using FewShotAD.TrainingJobs.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

public sealed class PositionGaussianTests
{
    [Theory]
    [InlineData(5, 12)]
    [InlineData(12, 5)]
    [InlineData(8, 8)]
    public void Both_forms_equal_the_slow_inverse(int vectors, int channels)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var support = randn(4, vectors, channels);
        var queries = randn(4, 3, channels) * 2;
        var expected = Slow(support, queries);
        foreach (var form in Enum.GetValues<GaussianForm>())
        {
            using var gaussian = PositionGaussian.Fit(support, form);
            var actual = gaussian.Distance(queries);
            Assert.True((actual - expected).abs().max().item<float>() < 1e-3 * expected.max().item<float>(), form.ToString());
        }
    }

    [Fact]
    public void A_vector_at_the_mean_has_distance_zero()
    {
        using var scope = NewDisposeScope();
        var support = randn(2, 6, 9);
        using var gaussian = PositionGaussian.Fit(support, GaussianForm.LowRank);
        Assert.True(gaussian.Distance(support.mean([1], keepdim: true)).max().item<float>() < 1e-3);
    }

    [Fact]
    public void The_cheaper_form_is_chosen()
    {
        Assert.Equal(GaussianForm.LowRank, PositionGaussian.FormFor(88, 152));
        Assert.Equal(GaussianForm.Cholesky, PositionGaussian.FormFor(176, 152));
    }

    /// <summary>Covariance, inverse, quadratic form, one position and one query at a time, in double precision.</summary>
    private static Tensor Slow(Tensor support, Tensor queries)
    {
        var result = zeros(queries.shape[0], queries.shape[1]);
        for (var p = 0; p < support.shape[0]; p++)
        {
            var x = support[p].to(float64); // (N,C)
            var mean = x.mean([0]);
            var centred = x - mean;
            var covariance = (centred.t().mm(centred) / (x.shape[0] - 1)) + (eye(x.shape[1], dtype: float64) * PositionGaussian.Epsilon);
            var inverse = linalg.inv(covariance);
            for (var q = 0; q < queries.shape[1]; q++)
            {
                var delta = queries[p][q].to(float64) - mean;
                result[p, q] = delta.unsqueeze(0).mm(inverse).mm(delta.unsqueeze(1)).sqrt().squeeze().to(float32);
            }
        }

        return result;
    }
}
