using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;

namespace FewShotAD.Infrastructure.Tests.Queueing;

/// <summary>The real queue on a real database in a time that a test moves; what workers would do takes as long as the test says.</summary>
internal sealed class QueueBench(Installation installation, FakeTime time) : IAsyncDisposable
{
    private readonly List<(RunLedger Ledger, DateTimeOffset Ends)> working = [];
    private readonly Dictionary<Guid, TimeSpan> lengths = [];

    public Installation Installation => installation;

    public FakeTime Time => time;

    /// <summary>When each run was taken up.</summary>
    public Dictionary<Guid, DateTimeOffset> Started { get; } = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<QueueBench> OpenAsync(Dictionary<string, string?>? settings = null)
    {
        var time = new FakeTime();
        return new QueueBench(await Installation.CreateAsync(time: time, settings: settings), time);
    }

    /// <param name="length">What it will take.</param>
    /// <param name="expected">What somebody guessed.</param>
    public async Task<TrainingRun> QueueAsync(Team team, int number, TimeSpan length, TimeSpan expected, RunPriority priority = RunPriority.Normal)
    {
        var entered = await installation.Get<RunQueueView>().EntryAsync(Ct);
        var run = await team.RunAsync(Ct, number, ticket: new QueueTicket(priority, entered, ExpectedSeconds: expected.TotalSeconds), at: time.Now);
        lengths[run.Id.Value] = length;
        return run;
    }

    /// <summary>Lets the nodes take what they may, then goes on to the next end or to <paramref name="until"/>, whichever is first.</summary>
    /// <returns>False when nothing is worked on any more and nothing was there to take.</returns>
    public async Task<bool> StepAsync(IReadOnlyList<NodeSlots> nodes, DateTimeOffset? until = null)
    {
        foreach (var node in nodes)
        {
            while (await installation.Get<RunClaims>().NextAsync(node, Ct) is { } ledger)
            {
                Started.TryAdd(ledger.Run.Id.Value, time.Now);
                working.Add((ledger, time.Now + lengths[ledger.Run.Id.Value]));
            }
        }

        if (working.Count == 0 && until is null)
            return false;
        var next = working.Select(w => w.Ends).Append(until ?? DateTimeOffset.MaxValue).Min();
        time.Advance(next - time.Now);
        foreach (var ended in working.Where(w => w.Ends <= time.Now).ToList())
        {
            await EndAsync(ended.Ledger);
            working.Remove(ended);
        }

        return next != until;
    }

    private async Task EndAsync(RunLedger ledger)
    {
        Assert.True(await ledger.WriteAsync(
            async (context, run) =>
            {
                await TeamShares.ChargeAsync(context, run, time.Now, QueueRules.None, Ct);
                RunLedger.Must(run.Succeed(time.Now));
            },
            Ct));
        ledger.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (ledger, _) in working)
            ledger.Dispose();
        await installation.DisposeAsync();
    }
}
