using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>ResNet-18 (arXiv 1512.03385) up to layer3, with torchvision's state-dict names, so that its files load strictly.</summary>
public sealed class ResNet18 : Backbone
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d conv1 = Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false);

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d bn1 = BatchNorm2d(64);

    [ComponentName(Name = "layer1")]
    private readonly Sequential layer1 = Layer(64, 64, stride: 1);

    [ComponentName(Name = "layer2")]
    private readonly Sequential layer2 = Layer(64, 128, stride: 2);

    [ComponentName(Name = "layer3")]
    private readonly Sequential layer3 = Layer(128, 256, stride: 2);

    public ResNet18(InputScaling scaling)
        : base(TheCard with { Scaling = scaling }) => RegisterComponents();

    public static BackboneCard TheCard { get; } = new(
        "resnet18",
        [new("stem", 4, 64), new("layer1", 4, 64), new("layer2", 8, 128), new("layer3", 16, 256)],
        RegAdStages: [1, 2, 3],
        UniAdStages: [0, 1, 2, 3],
        PatchCoreStages: [2, 3],
        InputScaling.ImageNet);

    public override Tensor Stage(int index, Tensor x) => index switch
    {
        0 => functional.max_pool2d(functional.relu(bn1.call(conv1.call(x))), 3, 2, 1), // (B,64,H/4,W/4)
        1 => layer1.call(x), // (B,64,H/4,W/4)
        2 => layer2.call(x), // (B,128,H/8,W/8)
        3 => layer3.call(x), // (B,256,H/16,W/16)
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "ResNet-18 has four stages here."),
    };

    private static Sequential Layer(int input, int output, int stride) =>
        Sequential(("0", new BasicBlock(input, output, stride)), ("1", new BasicBlock(output, output, 1)));
}

/// <summary>Two 3×3 convolutions and a shortcut, which is a 1×1 convolution where the shape changes.</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d bn1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d bn2;

    [ComponentName(Name = "downsample")]
    private readonly Sequential? downsample;

    public BasicBlock(int input, int output, int stride)
        : base(nameof(BasicBlock))
    {
        conv1 = Conv2d(input, output, 3, stride: stride, padding: 1, bias: false);
        bn1 = BatchNorm2d(output);
        conv2 = Conv2d(output, output, 3, padding: 1, bias: false);
        bn2 = BatchNorm2d(output);
        downsample = stride == 1 && input == output
            ? null
            : Sequential(("0", Conv2d(input, output, 1, stride: stride, bias: false)), ("1", BatchNorm2d(output)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        // x: (B,in,H,W)
        var h = functional.relu(bn1.call(conv1.call(x))); // (B,out,H/stride,W/stride)
        h = bn2.call(conv2.call(h)); // (B,out,H/stride,W/stride)
        return functional.relu(h + (downsample is null ? x : downsample.call(x)));
    }
}
