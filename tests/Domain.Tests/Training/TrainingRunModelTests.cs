using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Training;

/// <summary>Random histories of a run against <see cref="RunModel"/>: after every command both say the same.</summary>
public sealed class TrainingRunModelTests
{
    [Property(MaxTest = 1_000, EndSize = 60)]
    public void Any_history_of_a_run_is_the_models(RunCommand[] history)
    {
        var run = Given.QueuedRun();
        var model = new RunModel(Given.Start);
        foreach (var command in history)
        {
            var before = Given.Describe(run);
            var allowed = model.Execute(command);
            var result = Execute(run, command, model.Now);

            Assert.Equal(allowed, result.Succeeded);
            if (!allowed || command is RunCommand.WaitABit or RunCommand.WaitALease)
                Assert.Equal(before, Given.Describe(run));
            Assert.Equal(
                (model.Status, model.Owner, model.LeaseUntil, model.CancelRequested, model.PauseRequested, model.Attempt),
                (run.Status, run.ClaimedBy, run.LeaseUntil, run.CancelRequested, run.PauseRequested, run.Attempt));
            Assert.Equal(
                (model.QueuedAt, model.StartedAt, model.EndedAt, model.Failure, model.Checkpoint),
                (run.QueuedAt, run.StartedAt, run.EndedAt, run.FailureReason, run.CheckpointEpoch));
        }
    }

    [Property(MaxTest = 500, EndSize = 60)]
    public void A_run_is_held_exactly_while_it_is_running(RunCommand[] history)
    {
        var run = Given.QueuedRun();
        var now = Given.Start;
        foreach (var command in history)
        {
            now += Waiting(command);
            Execute(run, command, now);
            var running = run.Status == RunStatus.Running;
            Assert.Equal(running, run.ClaimedBy is not null);
            Assert.Equal(running, run.LeaseUntil is not null);
            Assert.Equal(running, run.Phase is not null);
            Assert.Equal(run.IsOver, run.EndedAt is not null);
            Assert.False(run.PauseRequested && !running);
        }
    }

    private static Result Execute(TrainingRun run, RunCommand command, DateTimeOffset now)
    {
        switch (command)
        {
            case RunCommand.ClaimByA or RunCommand.ClaimByB:
                return run.Claim(RunModel.NodeOf(command), now);
            case RunCommand.RenewByA or RunCommand.RenewByB:
                return run.RenewLease(RunModel.NodeOf(command), now);
            case RunCommand.Requeue:
                return run.Requeue(now);
            case RunCommand.RequestCancel:
                return run.RequestCancel(now);
            case RunCommand.RequestPause:
                return run.RequestPause(now);
            case RunCommand.EndAsAsked:
                return run.EndAsAsked(now);
            case RunCommand.Succeed:
                return run.Succeed(now);
            case RunCommand.Fail:
                return run.Fail("reason", null, now);
            case RunCommand.Cancelled:
                return run.Cancelled(now);
            case RunCommand.Resume:
                return run.Resume(now);
            case RunCommand.Checkpoint:
                run.Apply(new WorkerMessage.CheckpointWritten(run.CheckpointEpoch + 1));
                return Result.Ok;
            default:
                return Result.Ok;
        }
    }

    private static TimeSpan Waiting(RunCommand command) => command switch
    {
        RunCommand.WaitABit => TimeSpan.FromSeconds(10),
        RunCommand.WaitALease => TrainingRun.LeaseLength,
        _ => TimeSpan.Zero,
    };
}
