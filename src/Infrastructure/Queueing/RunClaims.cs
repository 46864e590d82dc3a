using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Queueing;

/// <summary>
/// Takes the run whose turn it is. Choice and claim are one: the run's row and the queue's turn are written together, each only if it
/// is as it was when the choice was made. Plain conditional updates, so any database will do.
/// </summary>
internal sealed class RunClaims(
    PortalDb db, QueueReader reader, IOptions<TrainingOptions> options, DataPaths paths, Instruments instruments, TimeProvider time, ILogger<RunClaims> log)
{
    /// <summary>Each try that fails means that somebody else's went through.</summary>
    private const int Tries = 100;

    /// <returns>Null when nothing waits that this node may take now.</returns>
    public Task<RunLedger?> NextAsync(CancellationToken ct) => NextAsync(options.Value.SlotsOf(paths.Node), ct);

    public async Task<RunLedger?> NextAsync(NodeSlots node, CancellationToken ct)
    {
        for (var tried = 1; tried <= Tries; tried++)
        {
            var (turn, state) = await reader.ReadAsync(ct);
            var now = time.GetUtcNow();
            if (node.FreeDevice(state.Running) is not { } device || new FairQueue(state, now).Next() is not { } next)
                return null;
            if (await TakeAsync(turn, next, node.Node, device, now, ct) is { } run)
                return RunLedger.Of(db, time, node.Node, run);
        }

        log.LogWarning("{Tries} runs in a row went to other workers; this one looks again when it is called", Tries);
        return null;
    }

    private async Task<TrainingRun?> TakeAsync(long seen, WaitingRun next, string node, string device, DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.ForTenant(next.Tenant);
        var turn = await context.QueueTurns.SingleAsync(ct);
        var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == next.Run, ct);
        if (turn.Number != seen || run is null || !run.Claim(node, now, device).Succeeded)
            return null;
        turn.Take();
        var since = await WaitingSinceAsync(context, run, ct);
        try
        {
            await context.SaveChangesAsync(ct);
            instruments.RunTaken(run, now - since);
            return run;
        }
        catch (DbUpdateException)
        {
            // Another worker, or a person who paused or cancelled it, was faster: found by the row that is another one now, or by the
            // line of the run's history that is there already, whichever the database writes first.
            return null;
        }
    }

    /// <summary>A run that was put back waits since then, and not since it was queued first.</summary>
    private static async Task<DateTimeOffset> WaitingSinceAsync(PortalDbContext context, TrainingRun run, CancellationToken ct) => run.Attempt == 1
        ? run.QueuedAt
        : await context.RunMoments.Where(m => m.RunId == run.Id && (m.Kind == RunMomentKind.Requeued || m.Kind == RunMomentKind.Resumed))
            .OrderByDescending(m => m.Sequence).Select(m => (DateTimeOffset?)m.At).FirstOrDefaultAsync(ct) ?? run.QueuedAt;
}
