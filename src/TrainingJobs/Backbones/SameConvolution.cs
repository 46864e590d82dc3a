using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// A convolution with TensorFlow's SAME padding: ⌈side/stride⌉ outputs, and where the padding is odd the extra row and column lie
/// at the bottom and right. With stride 2 an even side is padded at the bottom and right only; PyTorch's padding would shift it.
/// </summary>
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
        var (top, bottom) = Padding(x.shape[2]);
        var (left, right) = Padding(x.shape[3]);
        if (top == bottom && left == right && top == left)
            return functional.conv2d(x, weight, bias, [stride, stride], [top, top], [1, 1], groups); // (B,out,⌈H/s⌉,⌈W/s⌉)
        var padded = functional.pad(x, (left, right, top, bottom));
        return functional.conv2d(padded, weight, bias, [stride, stride], [0, 0], [1, 1], groups); // (B,out,⌈H/s⌉,⌈W/s⌉)
    }

    private (long Before, long After) Padding(long side)
    {
        var outputs = (side + stride - 1) / stride;
        var total = Math.Max(0, ((outputs - 1) * stride) + kernel - side);
        return (total / 2, total - (total / 2));
    }
}
