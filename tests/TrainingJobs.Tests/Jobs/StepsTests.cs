using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

/// <summary>Nothing that is repeated may leave a tensor behind, garbage collector or not.</summary>
public sealed class StepsTests
{
    [Fact]
    public void Steps_calibration_and_scoring_leave_no_live_tensor()
    {
        using var method = Parts.Method(Parts.SmallRecipe);
        using var task = method.CreateTask()!;
        using var shots = PixelImage.Batch(Parts.Data(Parts.SmallRecipe).Shots, CPU);
        // The first step makes the gradients.
        task.Step(1);
        var before = Tensor.TotalCount;
        task.Step(2);
        Assert.Equal(before, Tensor.TotalCount);
        using (var support = method.Describe(shots, CancellationToken.None))
        {
            new Calibrator(1, _ => { }).Calibrate(support, shots, CancellationToken.None);
            using var model = support.Fit(CancellationToken.None);
            new ImageScorer(model, CPU).Score([Parts.Pixels(3), Parts.Pixels(4)]);
        }

        Assert.Equal(before, Tensor.TotalCount);

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => method.Describe(shots, cancelled.Token));
        Assert.Equal(before, Tensor.TotalCount);
    }
}
