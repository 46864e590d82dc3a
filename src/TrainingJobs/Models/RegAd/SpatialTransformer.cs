using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>
/// A spatial transformer (arXiv 1506.02025) in RegAD's mode rotation_scale: three numbers (angle a, scales s1 and s2) give
/// θ = [[cos a·s1, −sin a, 0], [sin a, cos a·s2, 0]]. It begins as the identity.
/// </summary>
public sealed class SpatialTransformer : nn.Module<Tensor, Tensor>
{
    private const int Parameters = 3;
    private const int Hidden = 1024;

    [ComponentName(Name = "conv")]
    private readonly Sequential conv;

    [ComponentName(Name = "fc")]
    private readonly Sequential fc;

    /// <param name="side">Side of the feature map at the image size that the network is made for.</param>
    public SpatialTransformer(int channels, int side)
        : base(nameof(SpatialTransformer))
    {
        var pooled = Halve(Halve(side));
        conv = Sequential(
            Conv2d(channels, 64, 3, padding: 1, bias: false), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1),
            Conv2d(64, 16, 3, padding: 1, bias: false), BatchNorm2d(16), ReLU(), MaxPool2d(3, 2, 1));
        var last = Linear(Hidden, Parameters);
        fc = Sequential(Linear(16 * pooled * pooled, Hidden), ReLU(), last);
        using (no_grad())
        {
            last.weight.zero_();
            using var identity = tensor([0f, 1f, 1f]);
            last.bias!.copy_(identity);
        }

        RegisterComponents();
    }

    /// <summary>Angle, s1 and s2 where the features say nothing.</summary>
    internal Tensor Bias => fc.named_parameters().Single(named => named.name == "2.bias").parameter;

    /// <summary>θ (B,2,3) for features x (B,C,H,W).</summary>
    public override Tensor forward(Tensor x) => Theta(Pose(x));

    /// <summary>Angle, s1 and s2 (B,3) for features x (B,C,H,W).</summary>
    private Tensor Pose(Tensor x)
    {
        var h = training || is_grad_enabled() ? conv.call(x) : Folded(x); // (B,16,⌈H/4⌉,⌈W/4⌉)
        return fc.call(h.flatten(1)); // (B,3)
    }

    private static Tensor Theta(Tensor pose)
    {
        if (PoseNumbers.Serves(pose))
            return PoseNumbers.Theta(pose);
        var (angle, s1, s2) = (pose.select(1, 0), pose.select(1, 1), pose.select(1, 2)); // (B) each
        var (cos, sin, zero) = (angle.cos(), angle.sin(), zeros_like(angle));
        var top = stack([cos * s1, -sin, zero], 1); // (B,3)
        var bottom = stack([sin, cos * s2, zero], 1); // (B,3)
        return stack([top, bottom], 1); // (B,2,3)
    }

    /// <summary>x (B,C,H,W) warped by its own θ, and θ.</summary>
    public (Tensor Warped, Tensor Theta) Transform(Tensor x)
    {
        var laid = Laid(x);
        var theta = call(laid); // (B,2,3)
        return (Warp(laid, theta), theta);
    }

    /// <summary>The same with poses relative to another one.</summary>
    /// <param name="origin">From the poses (B,3) of x: the pose that becomes the identity.</param>
    public (Tensor Warped, Tensor Theta) Transform(Tensor x, Func<Tensor, PoseOrigin> origin)
    {
        var laid = Laid(x);
        var pose = Pose(laid); // (B,3)
        var theta = Theta(origin(pose).Relative(pose)); // (B,2,3)
        return (Warp(laid, theta), theta);
    }

    /// <summary>Samples x (B,C,H,W) where θ (B,2,3) points; beyond the border the image is reflected.</summary>
    public static Tensor Warp(Tensor x, Tensor theta)
    {
        if (PoseNumbers.Serves(x))
            return BilinearWarp.Sample(x, theta);
        var grid = functional.affine_grid(theta, x.shape, align_corners: false); // (B,H,W,2)
        // A position that is no number makes the library's reflection read outside of the image and ends the process. It is sampled
        // anywhere instead, and the number that is none goes on into the result, where the loss shows it.
        var sampled = functional.grid_sample(
            x, grid.nan_to_num(0, 0, 0), GridSampleMode.Bilinear, GridSamplePaddingMode.Reflection, align_corners: false);
        return sampled + (theta.flatten(1).sum(1) * 0).view(-1, 1, 1, 1); // (B,C,H,W)
    }

    /// <summary>The inverse of θ (B,2,3) without translation, in closed form: no solver, no copy to the processor.</summary>
    public static Tensor Inverse(Tensor theta)
    {
        if (PoseNumbers.Serves(theta))
            return PoseNumbers.Inverse(theta);
        var a = theta.select(1, 0).select(1, 0); // (B)
        var b = theta.select(1, 0).select(1, 1);
        var c = theta.select(1, 1).select(1, 0);
        var d = theta.select(1, 1).select(1, 1);
        var determinant = (a * d) - (b * c);
        var zero = zeros_like(a);
        var top = stack([d / determinant, -b / determinant, zero], 1); // (B,3)
        var bottom = stack([-c / determinant, a / determinant, zero], 1); // (B,3)
        return stack([top, bottom], 1); // (B,2,3)
    }

    /// <summary>Without gradient, convolution, pooling and sampling all run faster with the channels of a position side by side: turned once.</summary>
    private static Tensor Laid(Tensor x) => is_grad_enabled() ? x : x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>
    /// The same as the convolutional part when scoring: batch norm is folded into the convolution before it, and ReLU comes after the
    /// pooling, where it is a quarter of the work and the same.
    /// </summary>
    private Tensor Folded(Tensor x)
    {
        using var scope = NewDisposeScope();
        var parts = conv.children().ToArray();
        var h = x;
        for (var i = 0; i < parts.Length; i += 4)
        {
            var (convolution, norm) = ((Conv2d)parts[i], (BatchNorm2d)parts[i + 1]);
            var scale = norm.weight! / (norm.running_var! + norm.eps).sqrt(); // (out)
            var weight = convolution.weight * scale.view(-1, 1, 1, 1); // (out,in,3,3)
            h = functional.conv2d(h, weight, norm.bias! - (norm.running_mean! * scale), padding: [1, 1]); // (B,out,h,w)
            h = functional.max_pool2d(h, 3, 2, 1).relu_(); // (B,out,⌈h/2⌉,⌈w/2⌉)
        }

        return h.MoveToOuterDisposeScope();
    }

    private static int Halve(int side) => (side + 1) / 2;
}
