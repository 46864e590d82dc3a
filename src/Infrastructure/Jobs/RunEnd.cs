using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>How an attempt ended, and what that makes of the run.</summary>
internal abstract record RunEnd
{
    public abstract Result Apply(TrainingRun run, DateTimeOffset now);

    public sealed record Succeeded : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) => run.Succeed(now);
    }

    /// <param name="Code">One of a few words for the metrics.</param>
    public sealed record Failed(string Code, string Reason, string? Details) : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) =>
            run.Fail(Reason, string.IsNullOrWhiteSpace(Details) ? null : Details, now);
    }

    /// <summary>Somebody wanted it stopped: the row says whether cancelled or paused.</summary>
    public sealed record AsAsked : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) => run.EndAsAsked(now);
    }

    /// <summary>The node stops; another attempt goes on from the checkpoint.</summary>
    public sealed record Requeued : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) => run.Requeue(now, "The node was stopped.");
    }

    /// <summary>Stopped on demand; whose demand is still to be found out.</summary>
    public sealed record Stopped : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) => throw new InvalidOperationException("A stop has a reason.");
    }

    /// <summary>The run is another attempt's by now: nothing is written.</summary>
    public sealed record Lost : RunEnd
    {
        public override Result Apply(TrainingRun run, DateTimeOffset now) => throw new InvalidOperationException("A lost run is not written.");
    }
}
