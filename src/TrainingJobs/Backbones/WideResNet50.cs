using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>Wide ResNet-50-2 (arXiv 1605.07146): ResNet-50 with twice the channels inside its bottlenecks.</summary>
public sealed class WideResNet50() : ResNet(
    TheCard, Layer(3, 64, 128, 256, stride: 1), Layer(4, 256, 256, 512, stride: 2), Layer(6, 512, 512, 1024, stride: 2))
{
    public const string Key = "wide_resnet50_2";

    public static BackboneCard TheCard { get; } = CardOf(Key, 256, 512, 1024);

    private static Sequential Layer(int blocks, int input, int width, int output, int stride) => Sequential(
        [.. Enumerable.Range(0, blocks).Select(i => ($"{i}", (Module<Tensor, Tensor>)new Bottleneck(i == 0 ? input : output, width, output, i == 0 ? stride : 1)))]);

    /// <summary>1×1 to the width, 3×3 there, 1×1 out of it, and a shortcut. The 3×3 convolution has the stride, as in torchvision.</summary>
    private sealed class Bottleneck : Module<Tensor, Tensor>
    {
        [ComponentName(Name = "conv1")]
        private readonly Conv2d conv1;

        [ComponentName(Name = "bn1")]
        private readonly BatchNorm2d bn1;

        [ComponentName(Name = "conv2")]
        private readonly Conv2d conv2;

        [ComponentName(Name = "bn2")]
        private readonly BatchNorm2d bn2;

        [ComponentName(Name = "conv3")]
        private readonly Conv2d conv3;

        [ComponentName(Name = "bn3")]
        private readonly BatchNorm2d bn3;

        [ComponentName(Name = "downsample")]
        private readonly Sequential? downsample;

        public Bottleneck(int input, int width, int output, int stride)
            : base(nameof(Bottleneck))
        {
            conv1 = Conv2d(input, width, 1, bias: false);
            bn1 = BatchNorm2d(width);
            conv2 = Conv2d(width, width, 3, stride: stride, padding: 1, bias: false);
            bn2 = BatchNorm2d(width);
            conv3 = Conv2d(width, output, 1, bias: false);
            bn3 = BatchNorm2d(output);
            downsample = Downsample(input, output, stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            // x: (B,in,H,W)
            var h = functional.relu(bn1.call(conv1.call(x))); // (B,width,H,W)
            h = functional.relu(bn2.call(conv2.call(h))); // (B,width,H/stride,W/stride)
            h = bn3.call(conv3.call(h)); // (B,out,H/stride,W/stride)
            return functional.relu(h + (downsample is null ? x : downsample.call(x)));
        }
    }
}
