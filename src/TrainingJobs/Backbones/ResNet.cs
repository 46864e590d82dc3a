using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// Residual networks (arXiv 1512.03385) up to layer3, with torchvision's state-dict names, so that its files load strictly.
/// They differ in what their layers are made of.
/// </summary>
public abstract class ResNet : Backbone
{
    private readonly Conv2d conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);
    private readonly BatchNorm2d bn1 = BatchNorm2d(64);
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;

    private protected ResNet(BackboneCard card, Sequential layer1, Sequential layer2, Sequential layer3)
        : base(card)
    {
        (this.layer1, this.layer2, this.layer3) = (layer1, layer2, layer3);
        // By name: RegisterComponents would not see the private fields of a base class.
        register_module(nameof(conv1), conv1);
        register_module(nameof(bn1), bn1);
        register_module(nameof(layer1), layer1);
        register_module(nameof(layer2), layer2);
        register_module(nameof(layer3), layer3);
    }

    public override Tensor Stage(int index, Tensor x) => index switch
    {
        0 => functional.max_pool2d(functional.relu(bn1.call(conv1.call(x))), 3, 2, 1), // (B,64,H/4,W/4)
        1 => layer1.call(x), // (B,C₁,H/4,W/4)
        2 => layer2.call(x), // (B,C₂,H/8,W/8)
        3 => layer3.call(x), // (B,C₃,H/16,W/16)
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "A residual network has four stages here."),
    };

    private protected static BackboneCard CardOf(string name, int layer1, int layer2, int layer3) => new(
        name,
        [new("stem", 4, 64), new("layer1", 4, layer1), new("layer2", 8, layer2), new("layer3", 16, layer3)],
        RegAdStages: [1, 2, 3],
        UniAdStages: [0, 1, 2, 3],
        PatchCoreStages: [2, 3],
        InputScaling.ImageNet);

    /// <summary>Where a block changes the shape, its shortcut is a 1×1 convolution.</summary>
    private protected static Sequential? Downsample(int input, int output, int stride) => stride == 1 && input == output
        ? null
        : Sequential(("0", Conv2d(input, output, 1, stride: stride, bias: false)), ("1", BatchNorm2d(output)));
}
