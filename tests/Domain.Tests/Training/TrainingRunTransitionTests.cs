using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Training;

/// <summary>The whole table of states and transitions: what is allowed leads where it says, what is not changes nothing.</summary>
public sealed class TrainingRunTransitionTests
{
    private static readonly DateTimeOffset Later = Given.Start.AddSeconds(5);

    private static readonly Dictionary<string, Func<TrainingRun, Result>> Transitions = new()
    {
        ["Claim"] = run => run.Claim("node-b", Later),
        ["ClaimExpired"] = run => run.Claim("node-b", Given.Start + TrainingRun.LeaseLength + TimeSpan.FromTicks(1)),
        ["Renew"] = run => run.RenewLease(Given.Node, Later),
        ["RenewOther"] = run => run.RenewLease("node-b", Later),
        ["Requeue"] = run => run.Requeue(Later),
        ["RequestCancel"] = run => run.RequestCancel(Later),
        ["RequestPause"] = run => run.RequestPause(Later),
        ["EndAsAsked"] = run => run.EndAsAsked(Later),
        ["ForgetCheckpoint"] = run => run.ForgetCheckpoint(),
        ["Succeed"] = run => run.Succeed(Later),
        ["Fail"] = run => run.Fail("No memory", null, Later),
        ["Cancelled"] = run => run.Cancelled(Later),
        ["Resume"] = run => run.Resume(Later),
    };

    /// <summary>Where each allowed transition leads; what is missing here is refused.</summary>
    private static readonly Dictionary<(RunStatus From, string Transition), RunStatus> Allowed = new()
    {
        [(RunStatus.Queued, "Claim")] = RunStatus.Running,
        [(RunStatus.Queued, "ClaimExpired")] = RunStatus.Running,
        [(RunStatus.Queued, "RequestCancel")] = RunStatus.Cancelled,
        [(RunStatus.Queued, "RequestPause")] = RunStatus.Paused,
        [(RunStatus.Queued, "Fail")] = RunStatus.Failed,
        [(RunStatus.Running, "ClaimExpired")] = RunStatus.Running,
        [(RunStatus.Running, "Renew")] = RunStatus.Running,
        [(RunStatus.Running, "Requeue")] = RunStatus.Queued,
        [(RunStatus.Running, "RequestCancel")] = RunStatus.Running,
        [(RunStatus.Running, "RequestPause")] = RunStatus.Running,
        [(RunStatus.Running, "EndAsAsked")] = RunStatus.Queued,
        [(RunStatus.Running, "Succeed")] = RunStatus.Succeeded,
        [(RunStatus.Running, "Fail")] = RunStatus.Failed,
        [(RunStatus.Running, "Cancelled")] = RunStatus.Cancelled,
        [(RunStatus.Failed, "Resume")] = RunStatus.Queued,
        [(RunStatus.Cancelled, "Resume")] = RunStatus.Queued,
        [(RunStatus.Paused, "Resume")] = RunStatus.Queued,
        [(RunStatus.Paused, "RequestCancel")] = RunStatus.Cancelled,
        [(RunStatus.Succeeded, "ForgetCheckpoint")] = RunStatus.Succeeded,
        [(RunStatus.Failed, "ForgetCheckpoint")] = RunStatus.Failed,
        [(RunStatus.Cancelled, "ForgetCheckpoint")] = RunStatus.Cancelled,
    };

    public static TheoryData<RunStatus, string> Table()
    {
        var table = new TheoryData<RunStatus, string>();
        foreach (var status in Enum.GetValues<RunStatus>())
        {
            foreach (var transition in Transitions.Keys)
                table.Add(status, transition);
        }

        return table;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void A_transition_leads_where_the_table_says_or_changes_nothing(RunStatus from, string transition)
    {
        var run = Given.RunIn(from);
        var (before, stamp) = (Given.Describe(run), run.ConcurrencyStamp);

        var result = Transitions[transition](run);

        if (Allowed.TryGetValue((from, transition), out var to))
        {
            Assert.True(result.Succeeded, result.Error?.Message);
            Assert.Equal(to, run.Status);
            // Two writers that both read the old stamp must not both win.
            Assert.NotEqual(stamp, run.ConcurrencyStamp);
        }
        else
        {
            Assert.False(result.Succeeded);
            Assert.Equal(ErrorKind.Conflict, result.Error.Kind);
            Assert.Equal(before, Given.Describe(run));
        }
    }

    [Theory]
    [InlineData(RunStatus.Succeeded)]
    [InlineData(RunStatus.Failed)]
    [InlineData(RunStatus.Cancelled)]
    public void A_run_that_is_over_is_held_by_nobody(RunStatus status)
    {
        var run = Given.RunIn(status);
        Assert.True(run.IsOver);
        Assert.Equal(Given.Start, run.EndedAt);
        Assert.Null(run.ClaimedBy);
        Assert.Null(run.LeaseUntil);
        Assert.Null(run.Phase);
        Assert.Null(run.SecondsLeft);
    }

    [Fact]
    public void A_succeeded_run_is_complete() => Assert.Equal(1, Given.RunIn(RunStatus.Succeeded).Progress);

    [Fact]
    public void A_failure_keeps_its_reason_until_the_run_is_resumed()
    {
        var run = Given.RunIn(RunStatus.Failed);
        Assert.Equal(("It broke", "at line 1"), (run.FailureReason, run.FailureDetails));
        Assert.True(run.Resume(Later).Succeeded);
        Assert.Null(run.FailureReason);
        Assert.Null(run.FailureDetails);
        Assert.Null(run.EndedAt);
        Assert.Equal(Later, run.QueuedAt);
    }

    [Fact]
    public void A_dead_workers_run_goes_back_to_the_queue_and_keeps_its_checkpoint()
    {
        var run = Given.RunIn(RunStatus.Running);
        run.Apply(new WorkerMessage.CheckpointWritten(3));
        Assert.True(run.Requeue(Later).Succeeded);
        Assert.Equal(RunStatus.Queued, run.Status);
        Assert.Equal(3, run.CheckpointEpoch);
        Assert.Null(run.ClaimedBy);
        Assert.Null(run.EndedAt);
    }

    [Fact]
    public void A_dead_workers_run_that_was_to_be_cancelled_is_over_and_stays_out_of_the_queue()
    {
        var run = Given.RunIn(RunStatus.Running);
        Assert.True(run.RequestCancel(Given.Start).Succeeded);
        Assert.True(run.Requeue(Later).Succeeded);
        Assert.Equal(RunStatus.Cancelled, run.Status);
        Assert.Equal(Later, run.EndedAt);
    }

    [Fact]
    public void A_resumed_run_forgets_that_it_was_cancelled()
    {
        var run = Given.QueuedRun();
        Assert.True(run.RequestCancel(Later).Succeeded);
        Assert.True(run.Resume(Later).Succeeded);
        Assert.False(run.CancelRequested);
        Assert.True(run.Claim(Given.Node, Later).Succeeded);
        // Else the first requeue after a crash would end it.
        Assert.True(run.Requeue(Later).Succeeded);
        Assert.Equal(RunStatus.Queued, run.Status);
    }

    [Fact]
    public void A_pause_that_a_worker_obeys_keeps_the_checkpoint_and_frees_the_worker()
    {
        var run = Given.RunIn(RunStatus.Running);
        Assert.True(run.RequestPause(Later, Given.Person).Succeeded);
        Assert.IsType<RunStopsAlready>(run.RequestPause(Later).Error);
        run.Apply(new WorkerMessage.CheckpointWritten(3));
        Assert.True(run.EndAsAsked(Later).Succeeded);
        Assert.Equal((RunStatus.Paused, 3, (string?)null, false), (run.Status, run.CheckpointEpoch, run.ClaimedBy, run.PauseRequested));
        Assert.Null(run.EndedAt);
        Assert.False(run.IsOver);
    }

    [Fact]
    public void A_dead_workers_run_that_was_to_be_paused_is_paused()
    {
        var run = Given.RunIn(RunStatus.Running);
        Assert.True(run.RequestPause(Later).Succeeded);
        Assert.True(run.Requeue(Later).Succeeded);
        Assert.Equal(RunStatus.Paused, run.Status);
    }

    [Fact]
    public void Every_change_leaves_a_moment_with_who_when_why_and_how_far()
    {
        var run = Given.QueuedRun();
        Assert.True(run.Claim(Given.Node, Later).Succeeded);
        run.Apply(new WorkerMessage.CheckpointWritten(2));
        Assert.True(run.RequestPause(Later, Given.Person).Succeeded);
        Assert.True(run.EndAsAsked(Later).Succeeded);
        Assert.True(run.Resume(Later, Given.Person, 5).Succeeded);
        Assert.True(run.Claim("node-b", Later).Succeeded);
        Assert.True(run.Requeue(Later, "The node stopped.").Succeeded);
        Assert.True(run.Claim("node-b", Later).Succeeded);
        Assert.True(run.Fail("It broke", null, Later).Succeeded);
        var moments = run.TakeMoments();
        Assert.Equal(
            [
                (1, RunMomentKind.Queued, 0, 0), (2, RunMomentKind.Started, 1, 0), (3, RunMomentKind.PauseRequested, 1, 2), (4, RunMomentKind.Paused, 1, 2), (5, RunMomentKind.Resumed, 1, 2),
                (6, RunMomentKind.Started, 2, 2), (7, RunMomentKind.Requeued, 2, 2), (8, RunMomentKind.Started, 3, 2), (9, RunMomentKind.Failed, 3, 2),
            ],
            moments.Select(m => (m.Sequence, m.Kind, m.Attempt, m.Epoch)));
        Assert.Equal([Given.Person, Given.Person, Given.Person], moments.Where(m => m.By is not null).Select(m => m.By!.Value));
        Assert.Equal(["The node stopped.", "It broke"], moments.Where(m => m.Reason is not null).Select(m => m.Reason));
        Assert.Equal(("node-b", 5), (moments[^1].Node, run.Entered));
        Assert.Empty(run.TakeMoments());
    }

    [Fact]
    public void A_run_with_fewer_shots_than_its_recipe_is_not_queued()
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick);
        var queued = TrainingRun.Queue(Given.Project(), 1, recipe, Given.Snapshot(recipe.Shots - 1), Given.Person, Given.Start);
        Assert.Equal(new NotEnoughShots(recipe.Shots - 1, recipe.Shots), queued.Error);
    }

    [Fact]
    public void A_run_with_an_invalid_recipe_is_not_queued()
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 1 };
        Assert.IsType<InvalidRecipe>(TrainingRun.Queue(Given.Project(), 1, recipe, Given.Snapshot(1), Given.Person, Given.Start).Error);
    }
}
