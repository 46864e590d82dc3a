using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Training;

/// <summary>The losses of one optimisation step; (run, step) is unique, a resumed run overwrites what it repeats.</summary>
public sealed class RunStep : ITenantOwned
{
    private RunStep()
    {
    }

    public TenantId TenantId { get; private set; }

    public RunId RunId { get; private set; }

    public int Step { get; private set; }

    public int Epoch { get; private set; }

    public double TaskLoss { get; private set; }

    public double? DiscriminatorLoss { get; private set; }

    public double? AdversarialLoss { get; private set; }

    public double? DiscriminatorAccuracy { get; private set; }

    public static RunStep Create(TrainingRun run, WorkerMessage.StepDone step)
    {
        var row = new RunStep { TenantId = run.TenantId, RunId = run.Id, Step = step.Step };
        row.Overwrite(step);
        return row;
    }

    public void Overwrite(WorkerMessage.StepDone step)
    {
        Epoch = step.Epoch;
        TaskLoss = step.TaskLoss;
        DiscriminatorLoss = step.DiscriminatorLoss;
        AdversarialLoss = step.AdversarialLoss;
        DiscriminatorAccuracy = step.DiscriminatorAccuracy;
    }
}

/// <summary>A line of a run's log.</summary>
public sealed class RunLogLine : ITenantOwned
{
    public const int TextMaxLength = 4_000;

    private RunLogLine() => Text = "";

    public TenantId TenantId { get; private set; }

    public RunId RunId { get; private set; }

    /// <summary>Counts from 1 in its run.</summary>
    public int Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public LogSeverity Severity { get; private set; }

    public string Text { get; private set; }

    public static RunLogLine Create(TrainingRun run, int sequence, LogSeverity severity, string text, DateTimeOffset now) => new()
    {
        TenantId = run.TenantId,
        RunId = run.Id,
        Sequence = sequence,
        At = now,
        Severity = severity,
        Text = text.Length <= TextMaxLength ? text : text[..TextMaxLength],
    };
}
