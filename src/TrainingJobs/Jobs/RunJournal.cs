using System.Globalization;
using FewShotAD.Domain.Training;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>
/// The run's log: passes every message on and adds a line where a person would want one. The losses of an epoch are their means,
/// since single steps are in the curves.
/// </summary>
public sealed class RunJournal(Action<WorkerMessage> next)
{
    private readonly List<StepDone> epoch = [];
    private int scored;

    public void Report(WorkerMessage message)
    {
        // The last word of a run is Done: its line comes before it, every other line after what it tells of.
        if (message is not Done)
            next(message);
        if (message is StepDone step)
            epoch.Add(step);
        if (message is ImageScored)
            scored++;
        if (LineFor(message) is { } line)
            next(new LogWritten(LogSeverity.Information, line));
        if (message is Done)
            next(message);
    }

    private string? LineFor(WorkerMessage message) => message switch
    {
        Started { ResumedFromEpoch: > 0 } started => $"Going on after epoch {started.ResumedFromEpoch} on {Device(started)}",
        Started started => $"Computing on {Device(started)}",
        PhaseChanged { Phase: RunPhase.Fitting } => "Fitting the normal shots at every position",
        PhaseChanged { Phase: RunPhase.Calibrating } => "Setting the line from held-out normal shots",
        CheckpointWritten checkpoint => EpochLine(checkpoint.Epoch),
        ModelWritten model => string.Create(
            CultureInfo.InvariantCulture,
            $"Model written, {model.Bytes / 1e6:0.0} MB; T1 {model.Calibration.CertainlyGood:0.0}, T2 {model.Calibration.CertainlyDefective:0.0}"),
        Evaluated { Metrics: var metrics } => string.Create(
            CultureInfo.InvariantCulture,
            $"Image AUROC {Number(metrics.ImageAuroc)}, pixel AUROC {Number(metrics.PixelAuroc)}, AUPRO {Number(metrics.Aupro)} on {metrics.NormalImages} good and {metrics.DefectiveImages} defective images"),
        Done => scored switch { 0 => "Done", 1 => "Done, 1 image scored", _ => $"Done, {scored} images scored" },
        _ => null,
    };

    private string EpochLine(int number)
    {
        var line = $"Epoch {number}";
        if (epoch.Count > 0)
            line += string.Create(CultureInfo.InvariantCulture, $": task loss {epoch.Average(s => s.TaskLoss):0.0000}");
        if (epoch is [{ DiscriminatorLoss: not null }, ..])
            line += string.Create(
                CultureInfo.InvariantCulture,
                $", discriminator {epoch.Average(s => s.DiscriminatorLoss):0.0000}, adversarial {epoch.Average(s => s.AdversarialLoss):0.0000}, accuracy {epoch.Average(s => s.DiscriminatorAccuracy) * 100:0} %");
        epoch.Clear();
        return line;
    }

    private static string Number(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–";

    private static string Device(Started started) => $"{started.Device}, {started.Threads} threads. {started.DeviceReason}";
}
