using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// EfficientNet-B4 (arXiv 1905.11946) up to block 21, with torchvision's state-dict names. Weights that came from TensorFlow were
/// trained with another padding than PyTorch's; which one it is travels with the weights, as a buffer.
/// </summary>
public sealed class EfficientNetB4 : Backbone
{
    public const string Key = "efficientnet_b4";

    /// <summary>Buffer: 1 where convolutions are padded as in TensorFlow, 0 where as in PyTorch. The one name that torchvision has not.</summary>
    public const string SamePaddingName = "same_padding";

    /// <summary>The image's side that the weights were trained at.</summary>
    private const int TrainedSide = 380;

    /// <summary>(input, output, kernel, stride, blocks, side of the input at <see cref="TrainedSide"/>) of features 1 to 5.</summary>
    private static readonly (int In, int Out, int Kernel, int Stride, int Blocks, int Side)[] Groups =
        [(48, 24, 3, 1, 2, 190), (24, 32, 3, 2, 4, 190), (32, 56, 5, 2, 4, 95), (56, 112, 3, 2, 6, 48), (112, 160, 5, 1, 6, 24)];

    /// <summary>The stem, then a list of blocks for each group.</summary>
    [ComponentName(Name = "features")]
    private readonly ModuleList<Module> features = new([new ConvolutionNorm(3, 48, 3, 2, TrainedSide), .. Groups.Select(Group)]);

    public EfficientNetB4()
        : base(TheCard)
    {
        register_buffer(SamePaddingName, tensor(0L));
        RegisterComponents();
    }

    /// <summary>The outputs of blocks 1, 5, 9 and 21.</summary>
    public static BackboneCard TheCard { get; } = new(
        Key,
        [new("block1", 2, 24), new("block5", 4, 32), new("block9", 8, 56), new("block21", 16, 160)],
        RegAdStages: [],
        UniAdStages: [0, 1, 2, 3],
        PatchCoreStages: [2, 3],
        InputScaling.ImageNet);

    public override Tensor Stage(int index, Tensor x)
    {
        var same = get_buffer(SamePaddingName)!.item<long>() != 0;
        x = ChannelsLast(x);
        return index switch
        {
            0 => Run(functional.silu(((ConvolutionNorm)features[0]).call(x, same), inplace: true), same, 1), // (B,24,H/2,W/2)
            1 => Run(x, same, 2), // (B,32,H/4,W/4)
            2 => Run(x, same, 3), // (B,56,H/8,W/8)
            3 => Run(Run(x, same, 4), same, 5), // (B,160,H/16,W/16)
            _ => throw new ArgumentOutOfRangeException(nameof(index), index, "EfficientNet-B4 has four stages here."),
        };
    }

    private static ModuleList<MobileBlock> Group((int In, int Out, int Kernel, int Stride, int Blocks, int Side) group, int index) => new(
        [.. Enumerable.Range(0, group.Blocks)
            .Select(i => new MobileBlock(i == 0 ? group.In : group.Out, group.Out, index == 0 ? 1 : 6, group.Kernel, i == 0 ? group.Stride : 1, group.Side))]);

    private Tensor Run(Tensor x, bool same, int group) =>
        ((ModuleList<MobileBlock>)features[group]).Aggregate(x, (h, block) => block.call(h, same));
}
