using FewShotAD.TrainingJobs.Training;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Models;

/// <summary>
/// A way to find anomalies: a network that may be trained, knowledge of the support shots, and maps made from both.
/// A method without training has no task; one without statistics describes nothing and scores with the network alone.
/// </summary>
public interface IAnomalyMethod : IDisposable
{
    /// <summary>What the bundle's weights are.</summary>
    nn.Module Network { get; }

    /// <summary>The training of the network; null where there is nothing to train.</summary>
    ITrainingTask? CreateTask();

    /// <summary>Looks at the support shots (K,3,S,S) in [0,1].</summary>
    ISupportDescription Describe(Tensor shots, CancellationToken ct);
}

/// <summary>What a method knows of the support shots before it makes a model of them.</summary>
public interface ISupportDescription : IDisposable
{
    IAnomalyModel Fit(CancellationToken ct);

    /// <summary>The model that would have come out without one shot and everything made from it. For calibration.</summary>
    IAnomalyModel FitWithout(int shot, CancellationToken ct);

    /// <summary>Whether <see cref="FitWithout"/> really gives a model that never saw the shot.</summary>
    bool LeavesOut => true;
}

/// <summary>Ready to score.</summary>
public interface IAnomalyModel : IDisposable
{
    /// <summary>Anomaly maps (B,S,S) of images (B,3,S,S) in [0,1]. Larger is stranger.</summary>
    Tensor Maps(Tensor images);

    /// <summary>Side of the square of map pixels whose largest mean is the score of an image; 1 is the largest value.</summary>
    int ScoreWindow => 1;

    /// <summary>What the statistics beside the network take, in bytes.</summary>
    long Bytes => 0;
}
