using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>A convolution with bias and TensorFlow's padding, see <see cref="SamePadding"/>.</summary>
internal sealed class SameConvolution : Module<Tensor, Tensor>
{
    private readonly int kernel;
    private readonly int stride;
    private readonly int groups;

    [ComponentName(Name = "weight")]
    private readonly Parameter weight;

    [ComponentName(Name = "bias")]
    private readonly Parameter bias;

    public SameConvolution(int input, int output, int kernel, int stride = 1, int groups = 1)
        : base(nameof(SameConvolution))
    {
        (this.kernel, this.stride, this.groups) = (kernel, stride, groups);
        weight = Parameter(zeros(output, input / groups, kernel, kernel)); // pretrained values are loaded over them
        bias = Parameter(zeros(output));
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public Parameter Bias => bias;

    public override Tensor forward(Tensor x)
    {
        // x: (B,in,H,W)
        var (top, bottom) = SamePadding.Of(x.shape[2], kernel, stride);
        var (left, right) = SamePadding.Of(x.shape[3], kernel, stride);
        if (top == bottom && left == right && top == left)
            return functional.conv2d(x, weight, bias, [stride, stride], [top, top], [1, 1], groups); // (B,out,⌈H/s⌉,⌈W/s⌉)
        var padded = functional.pad(x, (left, right, top, bottom));
        return functional.conv2d(padded, weight, bias, [stride, stride], [0, 0], [1, 1], groups); // (B,out,⌈H/s⌉,⌈W/s⌉)
    }
}
