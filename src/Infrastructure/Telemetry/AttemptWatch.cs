using System.Diagnostics;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Telemetry;

/// <summary>What one attempt at a run leaves for those who look after the installation: ids on its log lines, a span, its times.</summary>
internal sealed class AttemptWatch : IDisposable
{
    private readonly Instruments instruments;
    private readonly TimeProvider time;
    private readonly TrainingRun run;
    private readonly Activity? span;
    private readonly IDisposable? scope;
    private readonly long begun;
    private string? device;
    private (RunPhase Phase, long Since)? phase;

    private AttemptWatch(TrainingRun run, Instruments instruments, TimeProvider time, ILogger log)
    {
        (this.run, this.instruments, this.time, begun) = (run, instruments, time, time.GetTimestamp());
        span = Spans.Begin("run attempt", run.TenantId, ActivityKind.Consumer)?
            .SetTag(Spans.Run, run.Id.ToString()).SetTag("fewshotad.run.attempt", run.Attempt).SetTag("fewshotad.run.method", $"{run.Recipe.Method}");
        scope = log.BeginScope(run.TenantId, run.Id);
    }

    /// <summary>Begins it for the caller and all that the caller awaits.</summary>
    public static AttemptWatch Begin(TrainingRun claimed, Instruments instruments, TimeProvider time, ILogger log) => new(claimed, instruments, time, log);

    /// <summary>What the training process says of its device and phases.</summary>
    public void Hear(WorkerMessage message)
    {
        switch (message)
        {
            case WorkerMessage.Started started:
                device = started.Device;
                break;
            case WorkerMessage.PhaseChanged changed:
                EndPhase();
                phase = (changed.Phase, time.GetTimestamp());
                break;
            case WorkerMessage.Done:
                EndPhase();
                break;
            default:
                break;
        }
    }

    /// <summary>Results that are in the database.</summary>
    public void Stored(int scores)
    {
        if (scores > 0)
            instruments.RunScored(scores);
    }

    /// <param name="became">What the run is now.</param>
    public void End(RunEnd end, RunStatus became)
    {
        var error = (end as RunEnd.Failed)?.Code;
        instruments.RunEnded(run, device, became, error, time.GetElapsedTime(begun));
        span?.SetTag("fewshotad.outcome", $"{became}").SetTag("fewshotad.device.kind", Instruments.KindOf(device));
        span.End(error);
    }

    public void Dispose()
    {
        scope?.Dispose();
        span?.Dispose();
    }

    private void EndPhase()
    {
        if (phase is { } over)
            instruments.PhaseEnded(run, device, over.Phase, time.GetElapsedTime(over.Since));
        phase = null;
    }
}
