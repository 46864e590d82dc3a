using FewShotAD.TrainingJobs.Models.RegAd;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

/// <summary>θ and its inverse as numbers, beside the tensor operations that training uses.</summary>
public sealed class PoseNumbersTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public PoseNumbersTests() => random.manual_seed(21);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Thetas_are_those_of_the_operations_with_a_gradient()
    {
        var transformer = new SpatialTransformer(8, 12);
        transformer.eval();
        using (no_grad())
            transformer.named_parameters().Single(named => named.name == "fc.2.weight").parameter.normal_(0, 2);
        var x = rand(5, 8, 12, 12);
        var expected = transformer.call(x).detach();
        using var noGrad = no_grad();
        var actual = transformer.call(x);
        Assert.Equal([5, 2, 3], actual.shape);
        Assert.True(expected.std(0).max().item<float>() > 0.1, "The poses do not differ.");
        Assert.True((expected - actual).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Inverses_are_those_of_the_operations_with_a_gradient()
    {
        var thetas = rand(7, 2, 3);
        thetas.select(2, 2).zero_();
        var expected = SpatialTransformer.Inverse(thetas);
        using var noGrad = no_grad();
        Assert.True((expected - SpatialTransformer.Inverse(thetas)).abs().max().item<float>() <= 1e-5 * expected.abs().max().item<float>());
    }

    [Fact]
    public void A_view_of_other_memory_is_read_as_it_stands()
    {
        using var noGrad = no_grad();
        var turned = rand(2, 3, 4).permute(2, 0, 1); // (4,2,3), not contiguous
        turned.select(2, 2).zero_();
        Assert.True(SpatialTransformer.Inverse(turned).equal(SpatialTransformer.Inverse(turned.contiguous())).all().item<bool>());
    }

    [Fact]
    public void A_pose_without_an_inverse_becomes_no_number()
    {
        using var noGrad = no_grad();
        var thetas = zeros(1, 2, 3);
        Assert.False(SpatialTransformer.Inverse(thetas)[0, 0, 0].isfinite().item<bool>());
    }
}
