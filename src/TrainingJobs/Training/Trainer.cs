using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Training;

/// <summary>The loop: epochs of steps, a checkpoint after each epoch, a stop at the first number that is none.</summary>
public sealed class Trainer(TrainingRecipe recipe, CheckpointStore? checkpoints)
{
    /// <param name="restored">The checkpoint that the task's state was restored from; null for a fresh start.</param>
    /// <param name="report">Gets every <see cref="StepDone"/> and <see cref="CheckpointWritten"/>.</param>
    /// <returns>The last step's losses; null when there was none to do.</returns>
    /// <exception cref="OperationCanceledException">Cancelled between two steps.</exception>
    public Result<StepLosses?> Run(ITrainingTask task, Checkpoint? restored, Action<WorkerMessage> report, CancellationToken ct)
    {
        var last = restored?.Last;
        for (var epoch = restored?.Epoch ?? 0; epoch < recipe.Epochs; epoch++)
        {
            task.BeginEpoch(epoch);
            for (var i = 1; i <= recipe.StepsPerEpoch; i++)
            {
                ct.ThrowIfCancellationRequested();
                var step = (epoch * recipe.StepsPerEpoch) + i;
                var losses = task.Step(step);
                if (!losses.Finite)
                    return new LossNotFinite(step, recipe.Seed);
                report(new StepDone(step, epoch + 1, losses.Task, losses.Discriminator, losses.Adversarial, losses.Accuracy));
                last = losses;
            }

            if (checkpoints is null)
                continue;
            checkpoints.Write(epoch + 1, last, task.State);
            report(new CheckpointWritten(epoch + 1));
        }

        return last;
    }
}

public sealed record LossNotFinite(int Step, int Seed) : Error(
    ErrorKind.Unavailable, "training.loss",
    $"The loss was not a finite number at step {Step} with seed {Seed}. Lower the learning rate or the weight of the adversarial loss, or try another seed.");
