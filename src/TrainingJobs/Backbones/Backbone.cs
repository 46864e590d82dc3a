using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Backbones;

/// <param name="Stride">Input pixels per feature position.</param>
/// <param name="Channels">Length of the feature vector at a position.</param>
public sealed record BackboneStage(string Name, int Stride, int Channels);

/// <summary>How images in [0,1] become the network's input: (x − mean) / deviation per channel. It travels with the weights.</summary>
public sealed record InputScaling(float[] Mean, float[] Deviation)
{
    public static InputScaling None { get; } = new([0, 0, 0], [1, 1, 1]);

    /// <summary>2x − 1, what TensorFlow's MobileNets were trained with.</summary>
    public static InputScaling PlusMinusOne { get; } = new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]);

    /// <summary>The statistics of ImageNet that torchvision's weights were trained with.</summary>
    public static InputScaling ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}

/// <summary>What a backbone is, apart from its numbers; files and licence stand at <see cref="Domain.Training.BackboneChoice"/>.</summary>
/// <param name="Stages">Every stage in order; each takes the one before it, the first takes images.</param>
/// <param name="RegAdStages">Indices of the three consecutive stages after which RegAD puts a spatial transformer; empty where it cannot.</param>
/// <param name="UniAdStages">Indices of the stages that UniAD's neck joins.</param>
/// <param name="PatchCoreStages">Indices of the two stages of middle depth whose patches PatchCore remembers, the finer first.</param>
public sealed record BackboneCard(
    string Name,
    IReadOnlyList<BackboneStage> Stages,
    IReadOnlyList<int> RegAdStages,
    IReadOnlyList<int> UniAdStages,
    IReadOnlyList<int> PatchCoreStages,
    InputScaling Scaling);

/// <summary>A feature extractor as a chain of stages, so that a method can put something between two of them.</summary>
public abstract class Backbone(BackboneCard card) : nn.Module(card.Name)
{
    public BackboneCard Card { get; } = card;

    /// <summary>One stage. Stage 0 takes scaled images (B,3,H,W), stage i the output of stage i−1.</summary>
    /// <returns>(B, channels, H/stride, W/stride)</returns>
    public abstract Tensor Stage(int index, Tensor x);

    /// <summary>Images in [0,1] to what stage 0 takes.</summary>
    public Tensor Scale(Tensor images)
    {
        // images: (B,3,H,W)
        var mean = tensor(Card.Scaling.Mean, device: images.device).view(1, 3, 1, 1);
        var deviation = tensor(Card.Scaling.Deviation, device: images.device).view(1, 3, 1, 1);
        return (images - mean) / deviation; // (B,3,H,W)
    }

    /// <summary>The outputs of all stages for images in [0,1].</summary>
    public Tensor[] Features(Tensor images)
    {
        var features = new Tensor[Card.Stages.Count];
        var x = Scale(images);
        for (var i = 0; i < features.Length; i++)
            x = features[i] = Stage(i, x);
        return features;
    }

    /// <summary>The same tensor with its channels side by side in memory: 1×1 and depthwise convolutions run 3 to 6 times as fast.</summary>
    private protected static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
