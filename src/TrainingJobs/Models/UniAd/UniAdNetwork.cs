using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>UniAD (arXiv 2206.03687): a frozen backbone, the neck, and the transformer that reconstructs normal features.</summary>
public sealed class UniAdNetwork : nn.Module
{
    private const string Mean = "mean";
    private const string Deviation = "deviation";

    /// <summary>Least deviation of a channel: one that never changes says nothing, and must not be blown up.</summary>
    private const float LeastDeviation = 1e-3f;

    private readonly int side;
    private readonly bool standardised;

    [ComponentName(Name = "backbone")]
    private readonly Backbone backbone;

    [ComponentName(Name = "reconstructor")]
    private readonly FeatureReconstructor reconstructor;

    /// <param name="backbone">Owned by the network from here on; it is never trained.</param>
    /// <param name="imageSize">S, a multiple of 16; mask, positions and queries are made for it.</param>
    public UniAdNetwork(Backbone backbone, int imageSize, UniAdOptions options)
        : base(nameof(UniAdNetwork))
    {
        this.backbone = backbone;
        side = imageSize / FeatureNeck.Stride;
        var channels = backbone.Card.UniAdStages.Sum(index => backbone.Card.Stages[index].Channels);
        reconstructor = new FeatureReconstructor(channels, side, options, new TransformerSize(Dropout: options.Dropout));
        foreach (var parameter in backbone.parameters())
            parameter.requires_grad_(false);
        RegisterComponents();
        standardised = options.StandardiseFeatures;
        if (!standardised)
            return;
        // Part of the weights: a model scores with the numbers that it was trained with.
        register_buffer(Mean, zeros(channels));
        register_buffer(Deviation, ones(channels));
    }

    public FeatureReconstructor Reconstructor => reconstructor;

    /// <summary>A frozen backbone stays in evaluation mode: its batch norm keeps the statistics of its pretraining.</summary>
    public override void train(bool train = true)
    {
        base.train(train);
        backbone.eval();
    }

    /// <summary>The neck's features (B,C₀,S/16,S/16) of images (B,3,S,S) in [0,1]. Without gradient.</summary>
    public Tensor Features(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var joined = Joined(images);
        var features = standardised ? (joined - Channels(Mean)) / Channels(Deviation) : joined;
        return features.MoveToOuterDisposeScope();
    }

    /// <summary>Takes mean and deviation of every channel from images, batch by batch; does nothing where features stay as they are.</summary>
    /// <param name="batches">(B,3,S,S) in [0,1] each, at least one; disposed as they are used.</param>
    public void Standardise(IEnumerable<Tensor> batches)
    {
        if (!standardised)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        eval();
        var (count, sum, squares) = (0L, zeros_like(get_buffer(Mean)!).to(float64), zeros_like(get_buffer(Mean)!).to(float64));
        foreach (var images in batches)
        {
            using var step = NewDisposeScope();
            using var used = images;
            var joined = Joined(images).to(float64); // (B,C₀,h,w)
            count += joined.numel() / joined.shape[1];
            sum.add_(joined.sum([0, 2, 3]));
            squares.add_(joined.square().sum([0, 2, 3]));
        }

        var mean = sum / count; // (C₀)
        get_buffer(Mean)!.copy_(mean);
        get_buffer(Deviation)!.copy_(((squares / count) - mean.square()).clamp_min(0).sqrt().clamp_min(LeastDeviation));
    }

    private Tensor Joined(Tensor images)
    {
        var stages = backbone.Features(images);
        return FeatureNeck.Join([.. backbone.Card.UniAdStages.Select(index => stages[index])], side); // (B,C₀,h,w)
    }

    private Tensor Channels(string buffer) => get_buffer(buffer)!.view(1, -1, 1, 1);

    /// <summary>Distance between features and their reconstruction, over channels: (B,C,h,w) twice → (B,h,w).</summary>
    public static Tensor Distance(Tensor reconstruction, Tensor features) =>
        (reconstruction - features).square().sum(1).sqrt();
}
