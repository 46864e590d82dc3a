using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// EfficientNet's block: 1×1 expansion, depthwise convolution, squeeze and excitation, linear 1×1 projection, and the identity
/// where shapes allow. The second argument of the call says whether padding is TensorFlow's.
/// </summary>
internal sealed class MobileBlock : Module<Tensor, bool, Tensor>
{
    private readonly bool residual;

    /// <summary>Expansion where there is one, depthwise convolution, excitation, projection; torchvision counts those that are there.</summary>
    [ComponentName(Name = "block")]
    private readonly ModuleList<Module> block;

    /// <param name="side">Of the features that the block takes when the image has the side that the weights were trained at.</param>
    public MobileBlock(int input, int output, int expansion, int kernel, int stride, int side)
        : base(nameof(MobileBlock))
    {
        var hidden = input * expansion;
        residual = stride == 1 && input == output;
        Module[] parts =
        [
            new ConvolutionNorm(hidden, hidden, kernel, stride, side, groups: hidden),
            new Excitation(hidden, Math.Max(1, input / 4)),
            new ConvolutionNorm(hidden, output),
        ];
        block = new ModuleList<Module>(expansion == 1 ? parts : [new ConvolutionNorm(input, hidden), .. parts]);
        RegisterComponents();
    }

    private int First => block.Count - 3;

    public override Tensor forward(Tensor x, bool same)
    {
        // x: (B,in,H,W)
        var h = First == 0 ? x : functional.silu(Convolution(0).call(x, same), inplace: true); // (B,hidden,H,W)
        h = functional.silu(Convolution(First).call(h, same), inplace: true); // (B,hidden,H/stride,W/stride)
        h = ((Excitation)block[First + 1]).call(h); // (B,hidden,H/stride,W/stride)
        h = Convolution(First + 2).call(h, same); // (B,out,H/stride,W/stride)
        return residual ? h + x : h;
    }

    private ConvolutionNorm Convolution(int index) => (ConvolutionNorm)block[index];
}

/// <summary>A convolution without bias and its batch norm.</summary>
internal sealed class ConvolutionNorm : Module<Tensor, bool, Tensor>
{
    private readonly int stride;
    private readonly int groups;
    private readonly long before;
    private readonly long after;

    [ComponentName(Name = "0")]
    private readonly Conv2d convolution;

    [ComponentName(Name = "1")]
    private readonly BatchNorm2d norm;

    /// <param name="side">
    /// As for a block. TensorFlow's padding depends on it, and the reference keeps the padding of that side for images of any size.
    /// </param>
    public ConvolutionNorm(int input, int output, int kernel = 1, int stride = 1, int side = 1, int groups = 1)
        : base(nameof(ConvolutionNorm))
    {
        (this.stride, this.groups) = (stride, groups);
        (before, after) = SamePadding.Of(side, kernel, stride);
        convolution = Conv2d(input, output, kernel, stride: stride, padding: kernel / 2, groups: groups, bias: false);
        norm = BatchNorm2d(output);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, bool same)
    {
        // x: (B,in,H,W). Without a stride both paddings are the same.
        if (!same || stride == 1)
            return norm.call(convolution.call(x)); // (B,out,⌈H/s⌉,⌈W/s⌉)
        var padded = functional.pad(x, (before, after, before, after));
        return norm.call(functional.conv2d(padded, convolution.weight!, null, [stride, stride], [0, 0], [1, 1], groups)); // (B,out,⌈H/s⌉,⌈W/s⌉)
    }
}

/// <summary>Squeeze and excitation (arXiv 1709.01507): every channel is scaled by what the mean of all channels says of it.</summary>
internal sealed class Excitation : Module<Tensor, Tensor>
{
    [ComponentName(Name = "fc1")]
    private readonly Conv2d reduce;

    [ComponentName(Name = "fc2")]
    private readonly Conv2d restore;

    public Excitation(int channels, int squeezed)
        : base(nameof(Excitation))
    {
        reduce = Conv2d(channels, squeezed, 1);
        restore = Conv2d(squeezed, channels, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var scale = x.mean([2, 3], keepdim: true); // (B,C,1,1)
        scale = restore.call(functional.silu(reduce.call(scale), inplace: true)).sigmoid(); // (B,C,1,1)
        return x * scale; // (B,C,H,W)
    }
}
