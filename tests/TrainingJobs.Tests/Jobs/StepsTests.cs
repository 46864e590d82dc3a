using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

/// <summary>Nothing that is repeated may leave a tensor behind, garbage collector or not.</summary>
public sealed class StepsTests
{
    [Theory]
    [InlineData(DetectionMethod.RegAd)]
    [InlineData(DetectionMethod.UniAd)]
    [InlineData(DetectionMethod.PatchCore)]
    public void Training_calibration_scoring_and_cancelling_leave_no_live_tensor(DetectionMethod name)
    {
        var recipe = Recipe(name);
        using var method = Parts.Method(recipe);
        using var task = method.CreateTask();
        using var shots = PixelImage.Batch(Parts.Data(recipe).Shots, CPU);
        // The first step makes the gradients.
        task?.Step(1);
        // What earlier tests dropped goes first: collected in the middle of this one, it would hide a leak or pass for one.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        if (task is not null)
        {
            task.Step(2);
            Assert.InRange(Tensor.TotalCount, 0, before);
            CancelTraining(task, recipe);
            Assert.InRange(Tensor.TotalCount, 0, before);
        }

        using (var support = method.Describe(shots, CancellationToken.None))
        {
            new Calibrator(1, _ => { }).Calibrate(support, shots, CancellationToken.None);
            using var model = support.Fit(CancellationToken.None);
            new ImageScorer(model, CPU).Score([Parts.Pixels(3), Parts.Pixels(4)]);
        }

        Assert.InRange(Tensor.TotalCount, 0, before);
        CancelFitting(method, shots);
        Assert.InRange(Tensor.TotalCount, 0, before);
    }

    private static TrainingRecipe Recipe(DetectionMethod method) => method == DetectionMethod.RegAd
        ? Parts.SmallRecipe
        : TrainingRecipe.For(TrainingPreset.Quick, method) with
        {
            Shots = 2, ImageSize = 64, Epochs = method == DetectionMethod.UniAd ? 2 : 0, StepsPerEpoch = 2, BatchSize = 2,
            UniAd = method == DetectionMethod.UniAd ? new() { NeighbourMask = 3, StandardiseFeatures = true } : null,
        };

    /// <summary>After its first step, as a person would.</summary>
    private static void CancelTraining(ITrainingTask task, TrainingRecipe recipe)
    {
        using var cancel = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => new Trainer(recipe, null).Run(task, null, _ => cancel.Cancel(), cancel.Token));
    }

    /// <summary>Describing, and calibrating what is described: a method that knows nothing of the shots has only the second to stop.</summary>
    private static void CancelFitting(IAnomalyMethod method, Tensor shots)
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
        {
            using var support = method.Describe(shots, cancelled.Token);
            new Calibrator(1, _ => { }).Calibrate(support, shots, cancelled.Token);
        });
    }
}
