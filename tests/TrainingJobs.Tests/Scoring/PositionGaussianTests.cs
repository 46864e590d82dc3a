using FewShotAD.TrainingJobs.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

public sealed class PositionGaussianTests
{
    [Theory]
    [InlineData(5, 12, 3)]
    [InlineData(12, 5, 3)]
    [InlineData(8, 8, 9)]
    public void Both_forms_equal_the_slow_inverse(int vectors, int channels, int images)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        // The finest grid, one of half its side and one of a quarter.
        var support = Stages(vectors, channels);
        var queries = Stages(images, channels);
        using var supportFeatures = new StageFeatures(support);
        using var queryFeatures = new StageFeatures(queries);
        var expected = Slow(supportFeatures.Block(0, 8), queryFeatures.Block(0, 8));
        foreach (var form in Enum.GetValues<GaussianForm>())
        {
            using var gaussians = FeatureGaussians.Fit(supportFeatures, Indices(vectors), form, CancellationToken.None);
            var actual = gaussians.Distances(queryFeatures);
            Assert.True((actual - expected).abs().max().item<float>() < 1e-3 * expected.max().item<float>(), form.ToString());
        }
    }

    [Fact]
    public void Vectors_that_are_left_out_count_for_nothing()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        var stages = Stages(7, 9);
        using var all = new StageFeatures(stages);
        using var some = new StageFeatures([.. stages.Select(stage => stage.slice(0, 2, 7, 1))]);
        foreach (var form in Enum.GetValues<GaussianForm>())
        {
            using var chosen = FeatureGaussians.Fit(all, [2, 3, 4, 5, 6], form, CancellationToken.None);
            using var alone = FeatureGaussians.Fit(some, Indices(5), form, CancellationToken.None);
            Assert.Equal(alone.Distances(all).data<float>().ToArray(), chosen.Distances(all).data<float>().ToArray());
        }
    }

    [Fact]
    public void A_vector_at_the_mean_has_distance_zero()
    {
        using var scope = NewDisposeScope();
        var stages = Stages(6, 9);
        using var features = new StageFeatures(stages);
        using var mean = new StageFeatures([.. stages.Select(stage => stage.mean([0], keepdim: true))]);
        using var gaussians = FeatureGaussians.Fit(features, Indices(6), GaussianForm.LowRank, CancellationToken.None);
        Assert.True(gaussians.Distances(mean).max().item<float>() < 1e-3);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(13, 8)]
    [InlineData(20, 19)]
    public void Forward_substitution_equals_the_librarys(int count, int queries)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        var factor = randn(11, count, count).tril() + (eye(count) * 5);
        var values = randn(11, count, queries);
        Assert.True((LaneColumns.Products(factor, values.transpose(1, 2).contiguous()) - bmm(factor, values)).abs().max().item<float>() < 1e-4);
        var expected = linalg.solve_triangular(factor, values, upper: false).square().sum(1);
        var actual = TriangularNorms.Of(TriangularNorms.Pack(factor), values);
        Assert.Equal(expected.shape, actual.shape);
        Assert.True((actual - expected).abs().max().item<float>() < 1e-5 * (1 + expected.max().item<float>()));
    }

    [Fact]
    public void The_cheaper_form_is_chosen()
    {
        Assert.Equal(GaussianForm.LowRank, FeatureGaussians.FormFor(88, 152));
        Assert.Equal(GaussianForm.Direct, FeatureGaussians.FormFor(176, 152));
    }

    private static long[] Indices(int count) => [.. Enumerable.Range(0, count).Select(i => (long)i)];

    /// <summary>Three stages of 8, 4 and 2 positions a side that share the channels.</summary>
    private static Tensor[] Stages(int count, int channels) =>
        [randn(count, 2, 8, 8), randn(count, 2, 4, 4), randn(count, channels - 4, 2, 2)];

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
