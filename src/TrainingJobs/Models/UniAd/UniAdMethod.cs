using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.UniAd;

/// <summary>UniAD as a method: trained on the shots of all chosen parts at once, scored by what it cannot reconstruct.</summary>
/// <param name="network">Owned from here on.</param>
/// <param name="images">Null for a model that is loaded to score only.</param>
public sealed class UniAdMethod(UniAdNetwork network, TrainingRecipe recipe, IImageSource? images, Device device) : IAnomalyMethod
{
    public nn.Module Network => network;

    public ITrainingTask? CreateTask() => images is null || recipe.Epochs == 0 ? null : new UniAdTask(network, recipe, images, device);

    /// <summary>All that UniAD knows of the shots is in its weights.</summary>
    public ISupportDescription Describe(Tensor shots, CancellationToken ct) => new UniAdSupport(network);

    public void Dispose() => network.Dispose();
}

/// <summary>No statistics: every model of these shots is the network.</summary>
public sealed class UniAdSupport(UniAdNetwork network) : ISupportDescription
{
    /// <summary>A network that never saw the shot would have to be trained again, as long as this one was.</summary>
    public bool LeavesOut => false;

    public IAnomalyModel Fit(CancellationToken ct) => new UniAdModel(network);

    public IAnomalyModel FitWithout(int shot, CancellationToken ct) => new UniAdModel(network);

    public void Dispose()
    {
    }
}

/// <summary>Maps of reconstruction errors. The network stays the method's.</summary>
public sealed class UniAdModel(UniAdNetwork network) : IAnomalyModel
{
    /// <summary>The published score of an image: the largest mean over 16×16 pixels.</summary>
    public int ScoreWindow => ScoreReduction.UniAdWindow;

    public Tensor Maps(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        network.eval();
        var features = network.Features(images); // (B,C₀,h,w)
        var distance = UniAdNetwork.Distance(network.Reconstructor.Reconstruct(features).Features, features); // (B,h,w)
        return Enlarge(distance, images.shape[2]).MoveToOuterDisposeScope(); // (B,S,S)
    }

    /// <summary>Bilinear with the corners aligned, as published: (B,h,w) → (B,S,S).</summary>
    public static Tensor Enlarge(Tensor distances, long side) => nn.functional.interpolate(
        distances.unsqueeze(1), [side, side], mode: InterpolationMode.Bilinear, align_corners: true).squeeze(1);

    public void Dispose()
    {
    }
}
