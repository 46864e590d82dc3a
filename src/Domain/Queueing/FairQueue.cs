using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Queueing;

/// <summary>
/// Which run is next: of the teams that wait, the one that had the least worker time; of its runs the one with the highest priority,
/// then the oldest. What a team's present runs will take counts already, so that it does not get all workers at once.
/// </summary>
public sealed class FairQueue
{
    /// <summary>Of a run about which nobody guessed.</summary>
    public const double UnknownSeconds = 60;

    private readonly QueueRules rules;
    private readonly Dictionary<TenantId, Team> teams = [];

    public FairQueue(QueueState state, DateTimeOffset now)
    {
        rules = state.Rules;
        foreach (var runs in state.Waiting.GroupBy(run => run.Tenant))
            Of(runs.Key, state).Waiting = new Queue<WaitingRun>(InOrder(runs));
        foreach (var run in state.Running)
        {
            var team = Of(run.Tenant, state);
            team.Running++;
            team.Served = Math.Max(team.Served, run.Entered);
            team.Promised += Math.Max(run.ExpectedSeconds, run.Elapsed(now)) / team.Weight;
        }
    }

    /// <summary>The order of one team's own runs.</summary>
    public static IEnumerable<WaitingRun> InOrder(IEnumerable<WaitingRun> runs) =>
        runs.OrderByDescending(run => run.Priority).ThenBy(run => run.QueuedAt).ThenBy(run => run.Run.Value);

    /// <returns>Null when nobody waits, or those who do have as many runs at once as they may.</returns>
    public WaitingRun? Next()
    {
        Team? best = null;
        foreach (var team in teams.Values)
        {
            if (team.Waiting.Count == 0 || !HasRoom(team))
                continue;
            if (best is null || team.CompareTo(best) < 0)
                best = team;
        }

        return best?.Waiting.Peek();
    }

    /// <summary>Takes the run that <see cref="Next"/> named.</summary>
    public void Start(WaitingRun run)
    {
        var team = teams[run.Tenant];
        if (team.Waiting.Dequeue() != run)
            throw new ArgumentException("Another run is next.", nameof(run));
        team.Served = Math.Max(team.Served, run.Entered);
        team.Promised += Expected(run) / team.Weight;
        team.Running++;
    }

    /// <summary>One of the team's runs is over.</summary>
    public void End(TenantId team) => teams[team].Running--;

    /// <summary>Whether the team may have one more run at once.</summary>
    public bool HasRoom(TenantId team) => !teams.TryGetValue(team, out var known) || HasRoom(known);

    public static double Expected(WaitingRun run) => run.ExpectedSeconds > 0 ? run.ExpectedSeconds : UnknownSeconds;

    private bool HasRoom(Team team) => rules.RunsPerTeam == 0 || team.Running < rules.RunsPerTeam;

    private Team Of(TenantId id, QueueState state)
    {
        if (!teams.TryGetValue(id, out var team))
            teams[id] = team = new Team { Served = state.Used.GetValueOrDefault(id), Weight = rules.WeightOf(id) };
        return team;
    }

    private sealed class Team : IComparable<Team>
    {
        public Queue<WaitingRun> Waiting { get; set; } = new();

        public double Weight { get; init; }

        public double Served { get; set; }

        /// <summary>What its present runs have taken and will take.</summary>
        public double Promised { get; set; }

        public int Running { get; set; }

        private double Standing => Math.Max(Served, Waiting.Peek().Entered) + Promised;

        public int CompareTo(Team? other)
        {
            var (mine, theirs) = (Waiting.Peek(), other!.Waiting.Peek());
            var order = Standing.CompareTo(other.Standing);
            if (order == 0)
                order = mine.QueuedAt.CompareTo(theirs.QueuedAt);
            return order != 0 ? order : mine.Run.Value.CompareTo(theirs.Run.Value);
        }
    }
}
