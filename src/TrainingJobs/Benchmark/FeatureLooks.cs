using FewShotAD.TrainingJobs.Models.Adversarial;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>Looks at what the adversarial loss compares: ahead of training and behind it, on the images of the first step.</summary>
public sealed class FeatureLooks(ITrainingTask? task) : IDisposable
{
    /// <summary>Vectors of each of f0 and f1 that are drawn into a plot.</summary>
    private const int Points = 300;

    private readonly IFeatureProbe? probe = task as IFeatureProbe;
    private readonly FeaturePair? before = (task as IFeatureProbe)?.Probe(1);

    /// <summary>To be asked behind the last step. Null where the method compares nothing.</summary>
    public FeatureLook? Compare()
    {
        if (probe is null || before is null)
            return null;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var after = probe.Probe(1);
        Tensor[] clouds = [Vectors(before.F0), Vectors(before.F1), Vectors(after.F0), Vectors(after.F1)]; // (n,C) each
        var all = cat(clouds, 0); // (4n,C)
        var mean = all.mean([0], keepdim: true);
        var axes = Axes(all - mean); // (C,2)
        var points = clouds.Select(cloud => Project((cloud - mean).mm(axes))).ToArray();
        var accuracy = after.Accuracy?.cpu();
        return new FeatureLook(
            new FeatureCloud(points[0], points[1]), new FeatureCloud(points[2], points[3]),
            (int)after.F0.shape[2], (int)after.F0.shape[3], accuracy?.data<float>().ToArray());
    }

    public void Dispose() => before?.Dispose();

    /// <summary>Evenly chosen vectors of all images and positions: (B,C,h,w) → (n,C).</summary>
    private static Tensor Vectors(Tensor features)
    {
        var all = features.permute(0, 2, 3, 1).flatten(0, 2); // (B·h·w,C)
        var count = Math.Min(Points, all.shape[0]);
        var chosen = Enumerable.Range(0, (int)count).Select(i => i * all.shape[0] / count).ToArray();
        return all.index_select(0, tensor(chosen, device: all.device)).to(float64).cpu();
    }

    /// <summary>The two directions of largest variance, (N,C) → (C,2); an axis points to where its largest component is positive.</summary>
    private static Tensor Axes(Tensor centred)
    {
        var (_, vectors) = linalg.eigh(centred.transpose(0, 1).mm(centred)); // ascending
        var two = vectors.slice(1, vectors.shape[1] - 2, vectors.shape[1], 1).flip(1); // (C,2)
        var largest = two.gather(0, two.abs().argmax(0, keepdim: true)); // (1,2)
        return two * largest.sign();
    }

    private static FeaturePoint[] Project(Tensor plane)
    {
        var values = plane.contiguous().data<double>().ToArray();
        return [.. Enumerable.Range(0, values.Length / 2).Select(i => new FeaturePoint((float)values[2 * i], (float)values[(2 * i) + 1]))];
    }
}
