using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.PatchCore;

/// <summary>
/// PatchCore (arXiv 2106.08265): no training. A part is as strange as its strangest patch, and a patch as far as it lies from the
/// nearest one that the shots and their views showed.
/// </summary>
/// <param name="backbone">Owned from here on; never changed.</param>
public sealed class PatchCoreMethod(Backbone backbone, TrainingRecipe recipe) : IAnomalyMethod
{
    private readonly PatchCoreOptions options = recipe.PatchCore ?? new PatchCoreOptions();

    public nn.Module Network => backbone;

    public ITrainingTask? CreateTask() => null;

    public ISupportDescription Describe(Tensor shots, CancellationToken ct)
    {
        backbone.eval();
        using var scope = NewDisposeScope();
        var views = new List<Tensor>();
        foreach (var view in SupportAugmentation.Of(shots))
        {
            ct.ThrowIfCancellationRequested();
            using var used = view;
            views.Add(PatchFeatures.Of(backbone, view)); // (K,hw,C)
        }

        return new PatchCoreSupport(backbone, stack(views, 1), options.CoresetShare, recipe.Seed); // (K,V,hw,C)
    }

    public void Dispose() => backbone.Dispose();
}

/// <summary>The patches of K shots and their views, (K,V,hw,C).</summary>
public sealed class PatchCoreSupport : ISupportDescription
{
    private readonly Backbone backbone;
    private readonly Tensor patches;
    private readonly double share;
    private readonly int seed;

    public PatchCoreSupport(Backbone backbone, Tensor patches, double share, int seed) =>
        (this.backbone, this.patches, this.share, this.seed) = (backbone, patches.DetachFromDisposeScope(), share, seed);

    public IAnomalyModel Fit(CancellationToken ct) => Fit([.. Enumerable.Range(0, (int)patches.shape[0])], ct);

    public IAnomalyModel FitWithout(int shot, CancellationToken ct) =>
        Fit([.. Enumerable.Range(0, (int)patches.shape[0]).Where(other => other != shot)], ct);

    public void Dispose() => patches.Dispose();

    private PatchCoreModel Fit(int[] shots, CancellationToken ct)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var kept = patches.index_select(0, tensor(shots.Select(shot => (long)shot).ToArray(), device: patches.device)).flatten(0, 2); // (N,C)
        var count = Math.Max(1, (int)(kept.shape[0] * share));
        var chosen = share == 1 ? null : GreedyCoreset.Choose(kept, count, GreedyCoreset.ProjectedChannels, seed, ct);
        return new PatchCoreModel(backbone, chosen is null ? kept : kept.index_select(0, tensor(chosen, device: kept.device)));
    }
}

/// <summary>A memory bank (M,C), ready to score. The backbone stays the method's.</summary>
public sealed class PatchCoreModel(Backbone backbone, Tensor bank) : IAnomalyModel
{
    /// <summary>Rows of the bank that are compared at once: bounds the matrix of distances.</summary>
    private const int BankBlock = 4096;

    private readonly Tensor bank = bank.DetachFromDisposeScope();

    public long Count => bank.shape[0];

    public long Bytes => bank.Bytes();

    public Tensor Maps(Tensor images)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        backbone.eval();
        var patches = PatchFeatures.Of(backbone, images); // (B,hw,C)
        var side = (long)Math.Sqrt(patches.shape[1]);
        var distances = Nearest(patches.flatten(0, 1), bank).view(images.shape[0], side, side); // (B,h,w)
        return MapPostprocessing.Apply(distances, (int)images.shape[2]).MoveToOuterDisposeScope(); // (B,S,S)
    }

    /// <summary>Distance of every vector (N,C) to the nearest of the bank (M,C), as (N): ‖a−b‖² = ‖a‖² + ‖b‖² − 2a·b.</summary>
    public static Tensor Nearest(Tensor vectors, Tensor bank)
    {
        using var scope = NewDisposeScope();
        var best = full([vectors.shape[0]], float.PositiveInfinity, device: vectors.device);
        for (var from = 0L; from < bank.shape[0]; from += BankBlock)
        {
            using var step = NewDisposeScope();
            var block = bank.slice(0, from, Math.Min(from + BankBlock, bank.shape[0]), 1); // (m,C)
            var partial = vectors.mm(block.t()).mul_(-2).add_(block.square().sum(1)); // (N,m)
            best.copy_(minimum(best, partial.amin([1])));
        }

        // Rounding may leave a hair below zero where a patch was seen before.
        return (best + vectors.square().sum(1)).clamp_min(0).sqrt().MoveToOuterDisposeScope();
    }

    public void Dispose() => bank.Dispose();
}
