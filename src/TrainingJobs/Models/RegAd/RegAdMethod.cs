using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Training;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <summary>RegAD as a method: trained on episodes, scored by a Gaussian per position over the aligned features of the shots.</summary>
/// <param name="network">Owned from here on.</param>
/// <param name="episodes">Null for a model that is loaded to score only.</param>
public sealed class RegAdMethod(RegAdNetwork network, TrainingRecipe recipe, IEpisodeSource? episodes, Device device) : IAnomalyMethod
{
    public nn.Module Network => network;

    public ITrainingTask? CreateTask() =>
        episodes is null || recipe.Epochs == 0 ? null : new RegAdTask(network, recipe, episodes, device);

    public ISupportDescription Describe(Tensor shots, CancellationToken ct)
    {
        network.eval();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var origins = recipe.RegAd is { RelativePoses: true } ? network.Origins(shots) : null;
        var batches = new List<StageFeatures>();
        foreach (var view in SupportAugmentation.Of(shots))
        {
            ct.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var used = view;
            batches.Add(new StageFeatures(network.Aligned(view, origins)));
        }

        return new RegAdSupport(network, StageFeatures.Concatenate(batches), (int)shots.shape[0], origins);
    }

    public void Dispose() => network.Dispose();
}

/// <summary>The aligned features of K shots and their views; vector n belongs to shot n mod K.</summary>
/// <param name="origins">
/// Where the shots stand, null for poses as they are. A model without one shot keeps the origin of all: nine numbers that say how all
/// images are posed, and nothing of what is on one.
/// </param>
public sealed class RegAdSupport(RegAdNetwork network, StageFeatures features, int shots, IReadOnlyList<PoseOrigin>? origins = null)
    : ISupportDescription
{
    public StageFeatures Features => features;

    public IAnomalyModel Fit(CancellationToken ct) => Fit([.. Enumerable.Range(0, shots)], ct);

    public IAnomalyModel FitWithout(int shot, CancellationToken ct) =>
        Fit([.. Enumerable.Range(0, shots).Where(other => other != shot)], ct);

    public void Dispose() => features.Dispose();

    private RegAdModel Fit(int[] kept, CancellationToken ct)
    {
        var indices = Enumerable.Range(0, (int)features.Count).Where(n => kept.Contains(n % shots)).Select(n => (long)n).ToArray();
        return new RegAdModel(
            network, FeatureGaussians.Fit(features, indices, FeatureGaussians.FormFor(indices.Length, features.Channels), ct), origins);
    }
}

/// <summary>The network and a Gaussian for every position.</summary>
public sealed class RegAdModel(RegAdNetwork network, IFeatureGaussians gaussians, IReadOnlyList<PoseOrigin>? origins = null) : IAnomalyModel
{
    public long Bytes => gaussians.Bytes;

    public Tensor Maps(Tensor images)
    {
        using var scope = NewDisposeScope();
        return MapPostprocessing.Apply(Distances(images), (int)images.shape[2]).MoveToOuterDisposeScope(); // (B,S,S)
    }

    /// <summary>Mahalanobis distances on the finest feature grid, (B,h,w).</summary>
    public Tensor Distances(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // It goes through all modules, which takes as long as the scores of the maps.
        if (network.training)
            network.eval();
        return Distances(network.Aligned(images, origins)).MoveToOuterDisposeScope();
    }

    /// <summary>The same of features that are already aligned.</summary>
    public Tensor Distances(Tensor[] aligned)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var features = new StageFeatures(aligned);
        return gaussians.Distances(features).t().reshape(features.Count, features.Side, features.Side).MoveToOuterDisposeScope();
    }

    public void Dispose() => gaussians.Dispose();
}
