using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>UniAD (arXiv 2206.03687): a frozen backbone, the neck, and the transformer that reconstructs normal features.</summary>
public sealed class UniAdNetwork : nn.Module
{
    private readonly int side;

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
        var stages = backbone.Features(images);
        return FeatureNeck.Join([.. backbone.Card.UniAdStages.Select(index => stages[index])], side).MoveToOuterDisposeScope();
    }

    /// <summary>Distance between features and their reconstruction, over channels: (B,C,h,w) twice → (B,h,w).</summary>
    public static Tensor Distance(Tensor reconstruction, Tensor features) =>
        (reconstruction - features).square().sum(1).sqrt();
}
