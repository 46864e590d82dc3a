using FewShotAD.TrainingJobs.Backbones;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>
/// RegAD (arXiv 2207.07361): three backbone stages with a spatial transformer after each, an encoder and a predictor.
/// Scoring needs the aligned stages only; encoder and predictor exist for training.
/// </summary>
public sealed class RegAdNetwork : nn.Module
{
    [ComponentName(Name = "backbone")]
    private readonly Backbone backbone;

    [ComponentName(Name = "stn1")]
    private readonly SpatialTransformer stn1;

    [ComponentName(Name = "stn2")]
    private readonly SpatialTransformer stn2;

    [ComponentName(Name = "stn3")]
    private readonly SpatialTransformer stn3;

    [ComponentName(Name = "encoder")]
    private readonly Encoder encoder;

    [ComponentName(Name = "predictor")]
    private readonly Predictor predictor;

    /// <param name="backbone">Owned by the network from here on.</param>
    /// <param name="imageSize">S; the transformers' linear layers are made for it.</param>
    public RegAdNetwork(Backbone backbone, int imageSize)
        : base(nameof(RegAdNetwork))
    {
        this.backbone = backbone;
        var stages = RegAdStages;
        stn1 = new SpatialTransformer(stages[0].Channels, imageSize / stages[0].Stride);
        stn2 = new SpatialTransformer(stages[1].Channels, imageSize / stages[1].Stride);
        stn3 = new SpatialTransformer(stages[2].Channels, imageSize / stages[2].Stride);
        encoder = new Encoder(stages[2].Channels);
        predictor = new Predictor(stages[2].Channels);
        RegisterComponents();
    }

    /// <summary>The three stages that are aligned, the finest first.</summary>
    public IReadOnlyList<BackboneStage> RegAdStages => [.. backbone.Card.RegAdStages.Select(index => backbone.Card.Stages[index])];

    /// <summary>Channels of the last stage, of z and of p.</summary>
    public int Channels => backbone.Card.Stages[backbone.Card.RegAdStages[2]].Channels;

    /// <summary>One per stage, in order.</summary>
    public IReadOnlyList<SpatialTransformer> Transformers => [stn1, stn2, stn3];

    public Encoder Encoder => encoder;

    public Predictor Predictor => predictor;

    /// <summary>Backbone and transformers, the parameters of the first optimiser.</summary>
    public IEnumerable<Parameter> RegistrationParameters() =>
        backbone.parameters().Concat(stn1.parameters()).Concat(stn2.parameters()).Concat(stn3.parameters());

    /// <summary>Every stage warped by its transformer, and the θ of each, for images (B,3,S,S) in [0,1].</summary>
    public (Tensor[] Stages, Tensor[] Thetas) Register(Tensor images) => Walk(images, (i, x) => Transformers[i].Transform(x));

    /// <summary>
    /// Where the shots (K,3,S,S) stand, transformer by transformer: each sees features that were warped relative to the origin before it,
    /// as those of any other image will be.
    /// </summary>
    public IReadOnlyList<PoseOrigin> Origins(Tensor shots)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var origins = new PoseOrigin[3];
        Walk(shots, (i, x) => Transformers[i].Transform(x, poses => origins[i] = PoseOrigin.Of(poses)));
        return origins;
    }

    /// <summary>The registered feature of the last stage, (B,C,S/16,S/16): what encoder and predictor work on.</summary>
    public Tensor Feature(Tensor images) => Register(images).Stages[2];

    /// <summary>
    /// The three stages warped back to the image's own coordinates: stage i by the inverses of θᵢ … θ₁ in this order, so that a
    /// score lies where its defect lies.
    /// </summary>
    /// <param name="origins">Of the shots, for poses relative to them; null for poses as they are.</param>
    public Tensor[] Aligned(Tensor images, IReadOnlyList<PoseOrigin>? origins = null)
    {
        var (stages, thetas) = origins is null ? Register(images) : Walk(images, (i, x) => Transformers[i].Transform(x, _ => origins[i]));
        return Align(stages, thetas);
    }

    /// <summary>What <see cref="Register"/> gave, warped back.</summary>
    public static Tensor[] Align(Tensor[] stages, Tensor[] thetas)
    {
        var aligned = new Tensor[3];
        var inverses = new Tensor[3];
        for (var i = 0; i < 3; i++)
        {
            aligned[i] = stages[i].detach();
            inverses[i] = SpatialTransformer.Inverse(thetas[i].detach()); // (B,2,3)
            for (var back = i; back >= 0; back--)
                aligned[i] = SpatialTransformer.Warp(aligned[i], inverses[back]);
        }

        return aligned;
    }

    /// <param name="transform">What the transformer of a stage does to its features.</param>
    private (Tensor[] Stages, Tensor[] Thetas) Walk(Tensor images, Func<int, Tensor, (Tensor Warped, Tensor Theta)> transform)
    {
        var stages = new Tensor[3];
        var thetas = new Tensor[3];
        var x = backbone.Scale(images);
        for (var i = 0; i < backbone.Card.RegAdStages[0]; i++)
            x = backbone.Stage(i, x);
        for (var i = 0; i < 3; i++)
        {
            x = backbone.Stage(backbone.Card.RegAdStages[i], x); // (B,Cᵢ,S/strideᵢ,S/strideᵢ)
            (x, thetas[i]) = transform(i, x); // (B,Cᵢ,S/strideᵢ,S/strideᵢ), (B,2,3)
            stages[i] = x;
        }

        return (stages, thetas);
    }
}

/// <summary>Three 1×1 convolutions with batch norm and ReLU between them.</summary>
public sealed class Encoder : Module<Tensor, Tensor>
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

    public Encoder(int channels)
        : base(nameof(Encoder))
    {
        conv1 = Conv2d(channels, channels, 1, bias: false);
        bn1 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, channels, 1, bias: false);
        bn2 = BatchNorm2d(channels);
        conv3 = Conv2d(channels, channels, 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var h = functional.relu(bn1.call(conv1.call(x))); // (B,C,h,w)
        h = functional.relu(bn2.call(conv2.call(h))); // (B,C,h,w)
        return conv3.call(h); // (B,C,h,w)
    }
}

/// <summary>Two 1×1 convolutions with batch norm and ReLU between them.</summary>
public sealed class Predictor : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly Conv2d conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d bn1;

    [ComponentName(Name = "conv2")]
    private readonly Conv2d conv2;

    public Predictor(int channels)
        : base(nameof(Predictor))
    {
        conv1 = Conv2d(channels, channels, 1, bias: false);
        bn1 = BatchNorm2d(channels);
        conv2 = Conv2d(channels, channels, 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) =>
        conv2.call(functional.relu(bn1.call(conv1.call(x)))); // (B,C,h,w)
}
