using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.PatchCore;

/// <summary>
/// The greedy k-centre choice of PatchCore (arXiv 2106.08265, algorithm 1): again and again the vector farthest from all chosen ones.
/// Distances are measured after a random projection, which keeps them nearly (Johnson and Lindenstrauss 1984) at a share of the cost.
/// </summary>
public static class GreedyCoreset
{
    /// <summary>Channels of the projection.</summary>
    public const int ProjectedChannels = 32;

    /// <param name="vectors">(N,C)</param>
    /// <param name="count">How many to choose, 1 to N.</param>
    /// <param name="projected">Null measures in the space of the vectors themselves.</param>
    /// <returns>Indices in the order in which they were chosen; the first is 0.</returns>
    public static long[] Choose(Tensor vectors, int count, int? projected, int seed, CancellationToken ct)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var x = projected is { } channels && channels < vectors.shape[1] ? Project(vectors, channels, seed) : vectors; // (N,P)
        var norms = x.square().sum(1); // (N)
        var nearest = full_like(norms, float.PositiveInfinity); // (N), squared distance to the nearest chosen one
        var chosen = new long[count];
        for (var i = 1; i < count; i++)
        {
            ct.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var last = x[chosen[i - 1]]; // (P)
            var squared = norms + norms[chosen[i - 1]] - (x.mv(last) * 2); // (N)
            nearest.copy_(minimum(nearest, squared));
            // Rounding may leave a chosen vector farther from itself than its copies are.
            nearest[chosen[i - 1]] = float.NegativeInfinity;
            chosen[i] = nearest.argmax().item<long>();
        }

        return chosen;
    }

    private static Tensor Project(Tensor vectors, int channels, int seed)
    {
        random.manual_seed(Seeds.Derive(seed, SeedPurpose.Projection));
        var directions = randn(vectors.shape[1], channels, device: CPU).to(vectors.device) / Math.Sqrt(channels); // (C,P)
        return vectors.mm(directions);
    }
}
