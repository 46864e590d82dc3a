using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.Adversarial;

/// <summary>Says per position which branch a feature vector came from: 1×1 convolutions C→128→128→1, a logit per position.</summary>
public sealed class Discriminator : Module<Tensor, Tensor>
{
    private const int Width = 128;

    [ComponentName(Name = "layers")]
    private readonly Sequential layers;

    public Discriminator(int channels)
        : base(nameof(Discriminator))
    {
        layers = Sequential(
            Conv2d(channels, Width, 1), LeakyReLU(0.2), Conv2d(Width, Width, 1), LeakyReLU(0.2), Conv2d(Width, 1, 1));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => layers.call(x); // (B,C,H,W) → (B,1,H,W)
}
