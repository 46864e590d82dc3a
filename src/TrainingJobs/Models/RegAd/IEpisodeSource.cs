using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models.RegAd;

/// <param name="Queries">(B,3,S,S) in [0,1].</param>
/// <param name="Supports">(B,K,3,S,S) in [0,1], K supports of each query, all of one category.</param>
public readonly record struct Episode(Tensor Queries, Tensor Supports);

/// <summary>Where the queries and supports of a step come from. A step's episode depends on the step's number alone.</summary>
public interface IEpisodeSource
{
    /// <summary>The episode of a step; its tensors belong to the caller's scope.</summary>
    Episode Draw(int step);
}
