using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Speed;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

/// <summary>What scoring does in a shorter way equals the long way.</summary>
public sealed class ScoringPathTests
{
    [Theory]
    [InlineData(8, 8, 5)]
    [InlineData(7, 9, 16)]
    [InlineData(1, 3, 19)]
    public void Sampling_without_gradient_equals_the_librarys(int height, int width, int channels)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        var x = randn(4, channels, height, width);
        // The identity, a small turn, and two that leave the image far on all sides.
        var theta = tensor([1f, 0, 0, 0, 1, 0, 0.9f, -0.2f, 0, 0.2f, 1.1f, 0, 3.1f, -2f, 0.4f, 2.5f, -4.2f, -1.3f, -1f, 0.3f, 7f, 0.1f, -1f, -9f]).view(4, 2, 3);
        var expected = SpatialTransformer.Warp(x, theta);
        using var noGrad = no_grad();
        foreach (var layout in (Tensor[])[x, x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)])
        {
            var actual = SpatialTransformer.Warp(layout, theta);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True((actual - expected).abs().max().item<float>() < 1e-4);
        }
    }

    [Fact]
    public void A_position_that_is_no_number_shows_in_its_own_image_only()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var theta = tensor([1f, 0, 0, 0, 1, 0, float.NaN, 0, 0, 0, 1, 0, 1, 0, 0, float.PositiveInfinity, 1, 0, 3e38f, 3e38f, 3e38f, 3e38f, 1, 0]);
        var warped = SpatialTransformer.Warp(ones(4, 3, 4, 4), theta.view(4, 2, 3));
        Assert.True(warped[0].isfinite().all().item<bool>());
        Assert.True(warped[1].isnan().all().item<bool>());
        Assert.True(warped[2].isnan().all().item<bool>());
        Assert.True(warped[3].isfinite().all().item<bool>());
    }

    [Fact]
    public void Every_number_of_threads_samples_and_substitutes_the_same_bits()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        random.manual_seed(7);
        var (x, theta) = (randn(3, 10, 9, 9), randn(3, 2, 3));
        var (factor, values) = (randn(21, 6, 6) + (eye(6) * 9), randn(21, 6, 5));
        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            var (warped, norms) = (Bits(SpatialTransformer.Warp(x, theta)), Bits(TriangularNorms.Of(TriangularNorms.Pack(factor), values)));
            set_num_threads(3);
            Assert.Equal(warped, Bits(SpatialTransformer.Warp(x, theta)));
            Assert.Equal(norms, Bits(TriangularNorms.Of(TriangularNorms.Pack(factor), values)));
        }
        finally
        {
            set_num_threads(threads);
        }

        static float[] Bits(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
    }

    [Fact]
    public void The_folded_transformer_equals_the_one_in_training_form()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(8);
        using var transformer = new SpatialTransformer(5, 16);
        var x = randn(2, 5, 16, 16);
        using (no_grad())
        {
            foreach (var (name, parameter) in transformer.named_parameters())
            {
                if (name.EndsWith("fc.2.weight", StringComparison.Ordinal) || name.EndsWith("1.weight", StringComparison.Ordinal))
                    parameter.normal_(0, 0.1);
            }

            // Gives batch norm statistics of its own.
            transformer.call(x * 3);
        }

        transformer.eval();
        var expected = transformer.call(x);
        using var noGrad = no_grad();
        Assert.True((transformer.call(x) - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Two_products_equal_interpolation_and_two_convolutions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(9);
        var distances = rand(2, 7, 7);
        const int Side = 64, Radius = 16;
        var large = nn.functional.interpolate(distances.unsqueeze(1), [Side, Side], mode: InterpolationMode.Bilinear, align_corners: false);
        var mirrored = tensor(Enumerable.Range(-Radius, Side + (2 * Radius)).Select(i => (long)(i < 0 ? -1 - i : i < Side ? i : (2 * Side) - 1 - i)).ToArray());
        var weights = arange(-Radius, Radius + 1).to(float32).square().mul(-1 / (2 * MapPostprocessing.Sigma * MapPostprocessing.Sigma)).exp();
        var kernel = weights / weights.sum();
        var padded = large.index_select(2, mirrored).index_select(3, mirrored);
        var expected = nn.functional.conv2d(nn.functional.conv2d(padded, kernel.view(1, 1, -1, 1)), kernel.view(1, 1, 1, -1)).squeeze(1);
        Assert.True((MapPostprocessing.Apply(distances, Side) - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_official_way_gives_the_same_distances()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(10);
        var (support, query) = (Stages(10), Stages(4));
        using var features = new StageFeatures(support);
        using var images = new StageFeatures(query);
        using var gaussians = FeatureGaussians.Fit(features, [.. Enumerable.Range(0, 10).Select(i => (long)i)], GaussianForm.LowRank, CancellationToken.None);
        var expected = OfficialStatistics.Distances(features.Block(0, 4), images.Block(0, 4), CancellationToken.None);
        Assert.True((gaussians.Distances(images) - expected).abs().max().item<float>() < 1e-3 * expected.max().item<float>());

        static Tensor[] Stages(int count) => [randn(count, 6, 4, 4), randn(count, 8, 2, 2), randn(count, 10, 1, 1)];
    }
}
