using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Queueing;

/// <summary>Place, reason and expected start, by hand and against the choices of the queue itself.</summary>
public sealed class QueueForecastTests
{
    private static readonly NodeSlots Node = new("node", 1, ["cpu"], 0);
    private static readonly TenantId A = new(new Guid(1, 0, 0, new byte[8])), B = new(new Guid(2, 0, 0, new byte[8]));
    private static int counter;

    [Fact]
    public void An_idle_worker_takes_it_in_a_moment()
    {
        var run = Waiting(A);
        Assert.Equal(new QueuePlace(0, WaitReason.Soon, TimeSpan.Zero), Place(State([run], []), run));
    }

    [Fact]
    public void A_run_behind_one_that_is_worked_on_waits_for_its_end()
    {
        var run = Waiting(A);
        Assert.Equal(new QueuePlace(0, WaitReason.WorkersBusy, TimeSpan.FromSeconds(40)), Place(State([run], [Running(B, expected: 50, elapsed: 10)]), run));
        Assert.Equal(TimeSpan.FromSeconds(7), Place(State([run], [Running(B, expected: 50, elapsed: 10, left: 7)]), run).StartsIn);
        // A guess that was passed long ago says only that it cannot be long.
        Assert.Equal(TimeSpan.FromSeconds(30), Place(State([run], [Running(B, expected: 50, elapsed: 500)]), run).StartsIn);
    }

    [Fact]
    public void Another_teams_one_run_comes_before_the_third_of_ours()
    {
        WaitingRun[] ours = [Waiting(A, 100), Waiting(A, 100), Waiting(A, 100)];
        var theirs = Waiting(B, 100);
        var state = State([.. ours, theirs], []);
        Assert.Equal(new QueuePlace(1, WaitReason.RunsAhead, TimeSpan.FromSeconds(100)), Place(state, theirs));
        Assert.Equal(new QueuePlace(3, WaitReason.RunsAhead, TimeSpan.FromSeconds(300)), Place(state, ours[2]));
    }

    [Fact]
    public void Without_a_worker_there_is_a_place_but_no_time()
    {
        var (first, second) = (Waiting(A), Waiting(A));
        var state = State([first, second], []) with { Nodes = [] };
        Assert.Equal(new QueuePlace(0, WaitReason.NoWorker, null), Place(state, first));
        Assert.Equal(new QueuePlace(1, WaitReason.NoWorker, null), Place(state, second));
    }

    [Fact]
    public void A_team_at_its_limit_is_told_so()
    {
        var run = Waiting(A);
        var state = State([run], [Running(A, 50, 10)]) with { Nodes = [Node with { Runs = 4 }], Rules = QueueRules.None with { RunsPerTeam = 1 } };
        Assert.Equal(new QueuePlace(0, WaitReason.TeamLimit, TimeSpan.FromSeconds(40)), Place(state, run));
        // Its run is on a node that is gone: nobody knows when that ends.
        Assert.Equal(new QueuePlace(0, WaitReason.TeamLimit, null), Place(state with { Nodes = [Node with { Node = "other" }] }, run));
    }

    [Fact]
    public void A_team_with_twice_the_weight_gets_two_of_three()
    {
        var runs = Enumerable.Range(0, 12).Select(i => Waiting(i % 2 == 0 ? A : B, 60)).ToList();
        var state = State(runs, []) with { Rules = new QueueRules(0, new Dictionary<TenantId, double> { [A] = 2 }) };
        var queue = new FairQueue(state, Given.Start);
        var first = Enumerable.Range(0, 6).Select(_ => { var next = queue.Next()!; queue.Start(next); return next.Tenant; }).ToList();
        Assert.Equal(4, first.Count(team => team == A));
    }

    [Fact]
    public void Who_comes_back_begins_level_with_the_least_served_at_work()
    {
        var state = State([Waiting(A)], [Running(B, 50, 10)]) with { Used = new Dictionary<TenantId, double> { [A] = 500, [B] = 300 } };
        Assert.Equal(310, state.EntryAt(Given.Start));
        Assert.Equal(500, (state with { Waiting = [], Running = [] }).EntryAt(Given.Start));
        Assert.Equal(0, State([], []).EntryAt(Given.Start));
    }

    [Property]
    public void The_order_that_is_told_is_the_order_that_is_taken(byte[] teams, byte priorities)
    {
        var runs = teams.Select((t, i) => Waiting(new TenantId(new Guid(1 + (t % 4), 0, 0, new byte[8])), 10 + (t * 3), (RunPriority)((i * priorities) % 3))).ToList();
        var state = State(runs, []);
        var places = QueueForecast.Of(state, [.. runs.Select(r => r.Run)], Given.Start);
        var queue = new FairQueue(state, Given.Start);
        for (var i = 0; queue.Next() is { } next; i++)
        {
            Assert.Equal(i, places[next.Run].Ahead);
            queue.Start(next);
        }

        Assert.Equal(runs.Count, places.Count);
    }

    private static QueuePlace Place(QueueState state, WaitingRun run) => QueueForecast.Of(state, [run.Run], Given.Start)[run.Run];

    private static QueueState State(IReadOnlyList<WaitingRun> waiting, IReadOnlyList<RunningRun> running) =>
        new(waiting, running, new Dictionary<TenantId, double>(), [Node], QueueRules.None);

    private static WaitingRun Waiting(TenantId team, double expected = 60, RunPriority priority = RunPriority.Normal)
    {
        var number = Interlocked.Increment(ref counter);
        return new WaitingRun(team, new RunId(new Guid(number, 0, 0, new byte[8])), priority, Given.Start.AddSeconds(-1_000_000 + number), 0, expected);
    }

    private static RunningRun Running(TenantId team, double expected, double elapsed, double? left = null) => new(
        team, new RunId(Guid.NewGuid()), Node.Node, "cpu", Given.Start.AddSeconds(-elapsed), 0, expected, left);
}
