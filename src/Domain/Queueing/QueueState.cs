using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Queueing;

/// <param name="Entered">See <see cref="QueueTicket"/>.</param>
public sealed record WaitingRun(TenantId Tenant, RunId Run, RunPriority Priority, DateTimeOffset QueuedAt, double Entered, double ExpectedSeconds);

/// <param name="SecondsLeft">As its worker said last; null before that.</param>
public sealed record RunningRun(
    TenantId Tenant, RunId Run, string? Node, string? Device, DateTimeOffset ClaimedAt, double Entered, double ExpectedSeconds, double? SecondsLeft)
{
    /// <summary>A guess that was wrong must not say that the run is about to end for hours.</summary>
    private const double LeastLeft = 30;

    public double Elapsed(DateTimeOffset now) => Math.Max(0, (now - ClaimedAt).TotalSeconds);

    public double Left(DateTimeOffset now) => SecondsLeft ?? Math.Max(ExpectedSeconds - Elapsed(now), LeastLeft);
}

/// <summary>What a node takes on at once.</summary>
/// <param name="PerDevice">Runs on one device; 0 leaves it to <paramref name="Runs"/>.</param>
public sealed record NodeSlots(string Node, int Runs, IReadOnlyList<string> Devices, int PerDevice)
{
    public int Capacity => PerDevice > 0 ? Math.Min(Runs, Devices.Count * PerDevice) : Runs;

    /// <summary>The device with the most room for one more run; null when the node is full.</summary>
    public string? FreeDevice(IEnumerable<RunningRun> running)
    {
        var own = running.Where(run => run.Node == Node).ToList();
        if (own.Count >= Runs)
            return null;
        var (device, used) = Devices.Select(d => (Device: d, Used: own.Count(run => (run.Device ?? Devices[0]) == d))).MinBy(d => d.Used);
        return PerDevice > 0 && used >= PerDevice ? null : device;
    }
}

/// <param name="RunsPerTeam">Worked on at once for one team; 0 is no limit.</param>
/// <param name="Weights">What share of the workers a team has beside one with weight 1.</param>
public sealed record QueueRules(int RunsPerTeam, IReadOnlyDictionary<TenantId, double> Weights)
{
    public static QueueRules None { get; } = new(0, new Dictionary<TenantId, double>());

    public double WeightOf(TenantId team) => Weights.GetValueOrDefault(team, 1);
}

/// <summary>The queue of the whole installation at one moment.</summary>
/// <param name="Used">Worker time of each team that ever had any, in seconds by weight.</param>
/// <param name="Nodes">Those whose workers are alive.</param>
public sealed record QueueState(
    IReadOnlyList<WaitingRun> Waiting, IReadOnlyList<RunningRun> Running, IReadOnlyDictionary<TenantId, double> Used, IReadOnlyList<NodeSlots> Nodes, QueueRules Rules)
{
    /// <summary>
    /// Where a run of a team begins that comes now: level with the least served team at work. Who was away has saved nothing up, and
    /// who used workers that nobody else wanted is not made to pay for it.
    /// </summary>
    public double EntryAt(DateTimeOffset now)
    {
        var served = new Dictionary<TenantId, double>();
        foreach (var run in Waiting)
            served[run.Tenant] = Math.Max(served.GetValueOrDefault(run.Tenant, Used.GetValueOrDefault(run.Tenant)), run.Entered);
        foreach (var team in Running.GroupBy(run => run.Tenant))
        {
            var start = Math.Max(Used.GetValueOrDefault(team.Key), team.Max(run => run.Entered));
            served[team.Key] = Math.Max(served.GetValueOrDefault(team.Key), start) + (team.Sum(run => run.Elapsed(now)) / Rules.WeightOf(team.Key));
        }

        return served.Count > 0 ? served.Values.Min() : Used.Values.DefaultIfEmpty().Max();
    }
}
