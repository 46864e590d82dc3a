using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Jobs.Recording;

/// <summary>Turns what a worker says into rows, blobs and events, a batch at a time.</summary>
internal sealed class RunRecorder(
    PortalDb db, RunLedger ledger, ResultIntake intake, RunEvents events, AttemptWatch watch, OutagePatience patience, TimeProvider time)
{
    public const int TailLines = 50;

    /// <summary>A worker that floods its log must not flood the database; the tail is kept for a failure anyway.</summary>
    public const int MaxLogLines = 10_000;

    private readonly Queue<string> tail = new();

    /// <summary>The worker said that it failed, and why.</summary>
    public WorkerMessage.Failed? Failure { get; private set; }

    /// <summary>The worker said that it is done.</summary>
    public bool Done { get; private set; }

    /// <summary>The last finished epoch that has a checkpoint.</summary>
    public int CheckpointEpoch { get; private set; } = ledger.Run.CheckpointEpoch;

    /// <summary>The last lines of the log, for a failure that explains nothing itself.</summary>
    public string Tail => string.Join('\n', tail);

    /// <returns>False when the run is no longer ours.</returns>
    public async Task<bool> WriteAsync(IReadOnlyList<WorkerLine> lines, WorkDirectory work, CancellationToken ct)
    {
        var batch = new Batch();
        foreach (var line in lines)
        {
            if (line.IsError || !WorkerProtocol.TryRead(line.Text, out var message))
                message = new WorkerMessage.LogWritten(line.IsError ? LogSeverity.Warning : LogSeverity.Information, line.Text);
            watch.Hear(message);
            await SortAsync(batch, message, work, ct);
            events.Publish(new RunEvent.Said(ledger.Tenant, ledger.Run.Id, message));
        }

        return await SaveAsync(batch, ct);
    }

    /// <summary>A line of our own in the run's log.</summary>
    public Task<bool> NoteAsync(LogSeverity severity, string text, CancellationToken ct)
    {
        var batch = new Batch();
        var line = new WorkerMessage.LogWritten(severity, text);
        batch.Log.Add(line);
        // Before it is written: what it tells may be why nothing can be written at the moment.
        events.Publish(new RunEvent.Said(ledger.Tenant, ledger.Run.Id, line));
        return SaveAsync(batch, ct);
    }

    private async Task SortAsync(Batch batch, WorkerMessage message, WorkDirectory work, CancellationToken ct)
    {
        switch (message)
        {
            case WorkerMessage.StepDone step:
                batch.Steps[step.Step] = step;
                break;
            case WorkerMessage.LogWritten said:
                batch.Log.Add(said);
                Remember(said.Text);
                break;
            case WorkerMessage.ModelWritten or WorkerMessage.ImageScored when ledger.Run.StudyId is not null:
                // A run of a study leaves its figures and nothing else.
                break;
            case WorkerMessage.ModelWritten written:
                batch.Results.Model = await patience.WaitAsync(() => intake.StoreAsync(ledger.Tenant, written, work, ct));
                break;
            case WorkerMessage.ImageScored scored:
                batch.Results.Add(await patience.WaitAsync(() => intake.StoreAsync(ledger.Tenant, scored, work, ct)));
                break;
            case WorkerMessage.Evaluated evaluated:
                batch.Results.Metrics = evaluated.Metrics;
                break;
            case WorkerMessage.Failed failed:
                Failure = failed;
                break;
            case WorkerMessage.Done:
                Done = true;
                break;
            case WorkerMessage.CheckpointWritten checkpoint:
                CheckpointEpoch = checkpoint.Epoch;
                batch.State.Add(message);
                break;
            default:
                batch.State.Add(message);
                break;
        }
    }

    private async Task<bool> SaveAsync(Batch batch, CancellationToken ct)
    {
        if (batch.IsEmpty)
            return true;
        var ours = await patience.WaitAsync(() => ledger.WriteAsync(
            async (context, run) =>
            {
                foreach (var message in batch.State)
                    run.Apply(message);
                await AddStepsAsync(context, run, batch.Steps, ct);
                await AddLogAsync(context, run, batch.Log, ct);
                await ResultIntake.ApplyAsync(context, run, batch.Results, time.GetUtcNow(), ct);
            },
            ct));
        if (ours)
            watch.Stored(batch.Results.Scores.Count);
        // A region may have changed since the job was laid out: then these scores are taken again.
        if (ours && batch.Results.Scores.Count > 0)
            await patience.WaitAsync(() => CheckAsync(batch, ct));
        if (ours)
            events.Publish(new RunEvent.Changed(ledger.Tenant, ledger.Run.Id));
        return ours;
    }

    private async Task<bool> CheckAsync(Batch batch, CancellationToken ct)
    {
        await RescoreRequests.CheckAsync(db, ledger.Tenant, ledger.Run.ProjectId, [.. batch.Results.Scores.Keys], ct);
        return true;
    }

    private static async Task AddStepsAsync(
        PortalDbContext context, TrainingRun run, Dictionary<int, WorkerMessage.StepDone> steps, CancellationToken ct)
    {
        if (steps.Count == 0)
            return;
        var numbers = steps.Keys.ToList();
        var known = await context.RunSteps.Where(s => s.RunId == run.Id && numbers.Contains(s.Step)).ToDictionaryAsync(s => s.Step, ct);
        foreach (var step in steps.Values)
        {
            // A run that goes on from a checkpoint repeats the steps after it.
            if (known.TryGetValue(step.Step, out var row))
                row.Overwrite(step);
            else
                context.RunSteps.Add(RunStep.Create(run, step));
        }
    }

    private async Task AddLogAsync(PortalDbContext context, TrainingRun run, List<WorkerMessage.LogWritten> lines, CancellationToken ct)
    {
        if (lines.Count == 0)
            return;
        var last = await context.RunLog.Where(l => l.RunId == run.Id).MaxAsync(l => (int?)l.Sequence, ct) ?? 0;
        foreach (var line in lines.Take(MaxLogLines - last))
            context.RunLog.Add(RunLogLine.Create(run, ++last, line.Severity, line.Text, time.GetUtcNow()));
    }

    private void Remember(string text)
    {
        tail.Enqueue(text.Length <= RunLogLine.TextMaxLength ? text : text[..RunLogLine.TextMaxLength]);
        if (tail.Count > TailLines)
            tail.Dequeue();
    }

    private sealed class Batch
    {
        public List<WorkerMessage> State { get; } = [];

        public Dictionary<int, WorkerMessage.StepDone> Steps { get; } = [];

        public List<WorkerMessage.LogWritten> Log { get; } = [];

        public ResultBatch Results { get; } = new();

        public bool IsEmpty => State.Count == 0 && Steps.Count == 0 && Log.Count == 0 && Results.IsEmpty;
    }
}
