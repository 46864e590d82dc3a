using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Scoring;

/// <summary>Poses that count relative to those of the shots.</summary>
public sealed class PoseOriginTests : IDisposable
{
    private static readonly TrainingRecipe Published = Parts.SmallRecipe with { RegAd = null };
    private static readonly TrainingRecipe Relative = Parts.SmallRecipe with { RegAd = new() { RelativePoses = true } };

    private readonly DisposeScope scope = NewDisposeScope();

    public PoseOriginTests() => random.manual_seed(11);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void It_is_the_mean_angle_and_the_geometric_mean_of_each_scale()
    {
        var poses = tensor([0.1f, 0.9f, 1.2f, 0.3f, 1.6f, 0.3f]).view(2, 3);
        var origin = PoseOrigin.Of(poses);
        Assert.Equal((0.2, 1.2, 0.6), (Math.Round(origin.Angle, 5), Math.Round(origin.Scale1, 5), Math.Round(origin.Scale2, 5)));
        var relative = origin.Relative(poses);
        Assert.True((relative - tensor([-0.1f, 0.75f, 2f, 0.1f, 4 / 3f, 0.5f]).view(2, 3)).abs().max().item<float>() < 1e-5);
        // As seen from their own mean, the shots stand at the identity.
        var own = PoseOrigin.Of(relative);
        Assert.True(Math.Abs(own.Angle) < 1e-6 && Math.Abs(own.Scale1 - 1) < 1e-6 && Math.Abs(own.Scale2 - 1) < 1e-6);
    }

    [Fact]
    public void A_scale_of_nothing_is_divided_by_without_harm()
    {
        var relative = PoseOrigin.Of(zeros(2, 3)).Relative(zeros(2, 3));
        Assert.True(relative.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_pose_that_all_images_share_changes_nothing()
    {
        var images = rand(3, 3, 64, 64);
        var identity = Scores(Published, images, 0, 1, 1);
        Assert.Equal(identity, Scores(Relative, images, 0, 1, 1));
        Assert.True(Difference(identity, Scores(Published, images, 0.05f, 0.93f, 0.95f)) > 1e-2);
        Assert.True(Difference(identity, Scores(Relative, images, 0.05f, 0.93f, 0.95f)) < 1e-5);
    }

    [Fact]
    public void An_image_that_stands_otherwise_than_the_shots_is_still_moved()
    {
        using var method = (RegAdMethod)Parts.Method(Published);
        var network = (RegAdNetwork)method.Network;
        network.eval();
        using var noGrad = no_grad();
        foreach (var transformer in network.Transformers)
            transformer.named_parameters().Single(named => named.name == "fc.2.weight").parameter.normal_(0, 0.05);
        var (shots, image) = (rand(2, 3, 64, 64), rand(1, 3, 64, 64).square());
        var moved = network.Aligned(image, network.Origins(shots));
        var still = network.Aligned(image, network.Origins(image));
        Assert.True((moved[0] - still[0]).abs().max().item<float>() > 1e-3);
        // From the origin of a single image, that image has the identity as every θ: warping there and back is nothing.
        var plain = Parts.Network(64, Published.Seed);
        plain.eval();
        foreach (var (expected, actual) in plain.Aligned(image).Zip(still))
            Assert.True((expected - actual).abs().max().item<float>() < 1e-4 * expected.abs().max().item<float>());
    }

    /// <summary>The maps of images under a network whose transformers all say the same pose.</summary>
    private static float[] Scores(TrainingRecipe recipe, Tensor images, float angle, float scale1, float scale2)
    {
        using var method = (RegAdMethod)Parts.Method(recipe);
        using (no_grad())
        {
            foreach (var transformer in ((RegAdNetwork)method.Network).Transformers)
                transformer.named_parameters().Single(named => named.name == "fc.2.bias").parameter.copy_(tensor([angle, scale1, scale2]));
        }

        using var scope = NewDisposeScope();
        random.manual_seed(12);
        using var support = method.Describe(rand(2, 3, 64, 64), CancellationToken.None);
        using var model = support.Fit(CancellationToken.None);
        return model.Maps(images).contiguous().data<float>().ToArray();
    }

    private static double Difference(float[] expected, float[] actual) =>
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() / expected.Max();
}
