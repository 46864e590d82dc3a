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
        var batches = new List<Tensor[]>();
        foreach (var view in SupportAugmentation.Of(shots))
        {
            ct.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var used = view;
            batches.Add([.. network.Aligned(view).Select(step.MoveToOuter)]);
        }

        return new RegAdSupport(network, StageFeatures.Concatenate(batches), (int)shots.shape[0]);
    }

    public void Dispose() => network.Dispose();
}

/// <summary>The aligned features of K shots and their views; vector n belongs to shot n mod K.</summary>
public sealed class RegAdSupport(RegAdNetwork network, StageFeatures features, int shots) : ISupportDescription
{
    public StageFeatures Features => features;

    public IAnomalyModel Fit(CancellationToken ct) => Fit([.. Enumerable.Range(0, shots)], ct);

    public IAnomalyModel FitWithout(int shot, CancellationToken ct) =>
        Fit([.. Enumerable.Range(0, shots).Where(other => other != shot)], ct);

    public void Dispose() => features.Dispose();

    private RegAdModel Fit(int[] kept, CancellationToken ct)
    {
        using var scope = NewDisposeScope();
        var indices = Enumerable.Range(0, (int)features.Count).Where(n => kept.Contains(n % shots)).Select(n => (long)n).ToArray();
        var gaussians = new List<PositionGaussian>();
        foreach (var (from, to) in features.Blocks())
        {
            ct.ThrowIfCancellationRequested();
            using var block = NewDisposeScope();
            var vectors = features.Block(from, to); // (P,N,C)
            var chosen = kept.Length == shots ? vectors : vectors.index_select(1, tensor(indices, device: vectors.device));
            gaussians.Add(PositionGaussian.Fit(chosen, PositionGaussian.FormFor(chosen.shape[1], chosen.shape[2])));
        }

        return new RegAdModel(network, gaussians);
    }
}

/// <summary>One Gaussian per block of positions, in the order of <see cref="StageFeatures.Blocks"/>.</summary>
public sealed class RegAdModel(RegAdNetwork network, IReadOnlyList<PositionGaussian> gaussians) : IAnomalyModel
{
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
        network.eval();
        return Distances(network.Aligned(images)).MoveToOuterDisposeScope();
    }

    /// <summary>The same of features that are already aligned.</summary>
    public Tensor Distances(Tensor[] aligned)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var features = new StageFeatures([.. aligned.Select(stage => stage.alias())]);
        var rows = features.Blocks().Zip(gaussians, (block, gaussian) => gaussian.Distance(features.Block(block.From, block.To))); // (P,B) each
        return cat([.. rows], 0).transpose(0, 1).reshape(features.Count, features.Height, features.Width).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var gaussian in gaussians)
            gaussian.Dispose();
    }
}
