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
        // What earlier tests dropped goes first: collected in the middle of this one, it would hide a leak or pass for one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        task.Step(2);
        Assert.InRange(Tensor.TotalCount, 0, before);
        using (var support = method.Describe(shots, CancellationToken.None))
        {
            new Calibrator(1, _ => { }).Calibrate(support, shots, CancellationToken.None);
            using var model = support.Fit(CancellationToken.None);
            new ImageScorer(model, CPU).Score([Parts.Pixels(3), Parts.Pixels(4)]);
        }

        Assert.InRange(Tensor.TotalCount, 0, before);

        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => method.Describe(shots, cancelled.Token));
        Assert.InRange(Tensor.TotalCount, 0, before);
    }
}
