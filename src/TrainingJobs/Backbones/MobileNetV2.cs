using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// MobileNetV2 (arXiv 1801.04381) up to expanded_conv 12, batch norm folded, TensorFlow SAME padding. The published graph runs at
/// output stride 8 with dilation; block 6 with stride 2 and no dilation after it is the same network at stride 16.
/// </summary>
public sealed class MobileNetV2 : Backbone
{
    public const string Key = "mobilenet_v2";

    /// <summary>(input, output, stride) of expanded_conv 1 to 12; expanded_conv 0 belongs to the first stage.</summary>
    private static readonly (int In, int Out, int Stride)[] Blocks =
    [
        (16, 24, 2), (24, 24, 1),
        (24, 32, 2), (32, 32, 1), (32, 32, 1),
        (32, 64, 2), (64, 64, 1), (64, 64, 1), (64, 64, 1), (64, 96, 1), (96, 96, 1), (96, 96, 1),
    ];

    [ComponentName(Name = "stem")]
    private readonly SameConvolution stem = new(3, 32, 3, stride: 2);

    [ComponentName(Name = "block0")]
    private readonly InvertedResidual first = new(32, 16, expansion: 1, stride: 1);

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<InvertedResidual> blocks =
        new([.. Blocks.Select(block => new InvertedResidual(block.In, block.Out, expansion: 6, block.Stride))]);

    public MobileNetV2()
        : base(TheCard) => RegisterComponents();

    public static BackboneCard TheCard { get; } = new(
        Key,
        [new("expanded_conv", 2, 16), new("expanded_conv_2", 4, 24), new("expanded_conv_5", 8, 32), new("expanded_conv_12", 16, 96)],
        RegAdStages: [1, 2, 3],
        UniAdStages: [0, 1, 2, 3],
        PatchCoreStages: [2, 3],
        InputScaling.PlusMinusOne);

    internal SameConvolution Stem => stem;

    /// <summary>expanded_conv 0 to 12.</summary>
    internal IEnumerable<InvertedResidual> InOrder => blocks.Prepend(first);

    public override Tensor Stage(int index, Tensor x) => index switch
    {
        0 => first.call(functional.relu6(stem.call(ChannelsLast(x)), inplace: true)), // (B,16,H/2,W/2)
        1 => Run(x, 0, 2), // (B,24,H/4,W/4)
        2 => Run(x, 2, 5), // (B,32,H/8,W/8)
        3 => Run(x, 5, 12), // (B,96,H/16,W/16)
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "MobileNetV2 has four stages here."),
    };

    private Tensor Run(Tensor x, int from, int to)
    {
        // Whatever a method does between two stages (warping, say) may have changed the layout.
        x = ChannelsLast(x);
        for (var i = from; i < to; i++)
            x = blocks[i].call(x);
        return x;
    }
}

/// <summary>1×1 expansion, 3×3 depthwise, linear 1×1 projection, and the identity where shapes allow.</summary>
internal sealed class InvertedResidual : Module<Tensor, Tensor>
{
    [ComponentName(Name = "expand")]
    private readonly SameConvolution? expand;

    [ComponentName(Name = "depthwise")]
    private readonly SameConvolution depthwise;

    [ComponentName(Name = "project")]
    private readonly SameConvolution project;

    private readonly bool residual;

    public InvertedResidual(int input, int output, int expansion, int stride)
        : base(nameof(InvertedResidual))
    {
        var hidden = input * expansion;
        expand = expansion == 1 ? null : new SameConvolution(input, hidden, 1);
        depthwise = new SameConvolution(hidden, hidden, 3, stride, groups: hidden);
        project = new SameConvolution(hidden, output, 1);
        residual = stride == 1 && input == output;
        RegisterComponents();
    }

    public SameConvolution? Expand => expand;

    public SameConvolution Depthwise => depthwise;

    public SameConvolution Project => project;

    public override Tensor forward(Tensor x)
    {
        // x: (B,in,H,W)
        var h = expand is null ? x : functional.relu6(expand.call(x), inplace: true); // (B,hidden,H,W)
        h = functional.relu6(depthwise.call(h), inplace: true); // (B,hidden,H/stride,W/stride)
        h = project.call(h); // (B,out,H/stride,W/stride)
        return residual ? h + x : h;
    }
}
