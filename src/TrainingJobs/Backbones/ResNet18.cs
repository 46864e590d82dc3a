using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>ResNet-18: two blocks of two 3×3 convolutions in each layer.</summary>
public sealed class ResNet18(InputScaling scaling)
    : ResNet(TheCard with { Scaling = scaling }, Layer(64, 64, stride: 1), Layer(64, 128, stride: 2), Layer(128, 256, stride: 2))
{
    public const string Key = "resnet18";

    public static BackboneCard TheCard { get; } = CardOf(Key, 64, 128, 256);

    private static Sequential Layer(int input, int output, int stride) =>
        Sequential(("0", new BasicBlock(input, output, stride)), ("1", new BasicBlock(output, output, 1)));

    /// <summary>Two 3×3 convolutions and a shortcut.</summary>
    private sealed class BasicBlock : Module<Tensor, Tensor>
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
            downsample = Downsample(input, output, stride);
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
}
