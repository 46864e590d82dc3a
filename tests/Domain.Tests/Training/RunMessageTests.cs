using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Training;

/// <summary>What a run takes over from its worker.</summary>
public sealed class RunMessageTests
{
    [Fact]
    public void A_start_names_device_reason_and_versions()
    {
        var run = Given.RunIn(RunStatus.Running);
        run.Apply(new WorkerMessage.Started("cpu", "No GPU was found", 2, "0.1.0", "torch 2", 0));
        Assert.Equal(("cpu", "No GPU was found", "0.1.0", "torch 2"), (run.Device, run.DeviceReason, run.CodeVersion, run.LibraryVersions));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0.25, 0.25)]
    [InlineData(7, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Progress_stays_between_nothing_and_all(double said, double kept)
    {
        var run = Given.RunIn(RunStatus.Running);
        run.Apply(new WorkerMessage.Progress(said, 12));
        Assert.Equal(kept, run.Progress);
        Assert.Equal(12, run.SecondsLeft);
    }

    [Property]
    public bool Progress_is_always_a_number_that_a_database_can_hold(double said)
    {
        var run = Given.RunIn(RunStatus.Running);
        run.Apply(new WorkerMessage.Progress(said, null));
        return run.Progress is >= 0 and <= 1;
    }

    [Fact]
    public void Phase_and_checkpoint_follow_the_worker()
    {
        var run = Given.RunIn(RunStatus.Running);
        run.Apply(new WorkerMessage.PhaseChanged(RunPhase.Scoring));
        run.Apply(new WorkerMessage.CheckpointWritten(4));
        Assert.Equal((RunPhase.Scoring, 4), (run.Phase, run.CheckpointEpoch));
    }

    [Fact]
    public void A_message_that_is_a_row_of_its_own_leaves_the_run_alone()
    {
        var run = Given.RunIn(RunStatus.Running);
        var before = Given.Describe(run);
        run.Apply(new WorkerMessage.StepDone(1, 1, 0.5, null, null, null));
        run.Apply(new WorkerMessage.LogWritten(LogSeverity.Warning, "careful"));
        run.Apply(new WorkerMessage.Done());
        Assert.Equal(before, Given.Describe(run));
    }

    [Fact]
    public void A_log_line_is_cut_at_its_limit()
    {
        var line = RunLogLine.Create(Given.QueuedRun(), 1, LogSeverity.Error, new string('x', RunLogLine.TextMaxLength + 1), Given.Start);
        Assert.Equal(RunLogLine.TextMaxLength, line.Text.Length);
    }

    [Fact]
    public void A_repeated_step_is_overwritten_whole()
    {
        var row = RunStep.Create(Given.QueuedRun(), new WorkerMessage.StepDone(7, 1, 0.5, 0.4, 0.3, 0.2));
        row.Overwrite(new WorkerMessage.StepDone(7, 2, 0.1, null, null, null));
        Assert.Equal((7, 2, 0.1), (row.Step, row.Epoch, row.TaskLoss));
        Assert.Null(row.DiscriminatorLoss);
        Assert.Null(row.AdversarialLoss);
        Assert.Null(row.DiscriminatorAccuracy);
    }
}
