using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// What one attempt writes to the database. Each write loads the run and goes through only while this attempt still holds it;
/// beside a person's change of the same row (cancel) it is done again on the row as it is then.
/// </summary>
internal sealed class RunLedger : ILease, IDisposable
{
    private readonly PortalDb db;
    private readonly TimeProvider time;
    private readonly string node;
    private readonly int attempt;

    // Lease and progress are written by two loops of one attempt: in turn, instead of against each other.
    private readonly SemaphoreSlim turn = new(1);

    private RunLedger(PortalDb db, TimeProvider time, string node, TrainingRun claimed)
    {
        (this.db, this.time, this.node) = (db, time, node);
        (Tenant, Run, attempt) = (claimed.TenantId, claimed, claimed.Attempt);
    }

    public string Name => $"run {Run.Id}";

    public TenantId Tenant { get; }

    /// <summary>The run as it was claimed: recipe, snapshot and ids do not change.</summary>
    public TrainingRun Run { get; }

    /// <param name="claimed">A run that this node has just taken.</param>
    public static RunLedger Of(PortalDb db, TimeProvider time, string node, TrainingRun claimed) => new(db, time, node, claimed);

    /// <param name="change">Is done again on a fresh context when the row has changed meanwhile.</param>
    /// <returns>False when the run is no longer this attempt's: nothing was written.</returns>
    public async Task<bool> WriteAsync(Func<PortalDbContext, TrainingRun, Task> change, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await db.ChangeAsync(
                Tenant,
                async context =>
                {
                    var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == Run.Id, ct);
                    if (run is null || !IsOurs(run))
                        return new LeaseLost();
                    await change(context, run);
                    return Result.Ok;
                },
                ct) is { Succeeded: true };
        }
        finally
        {
            turn.Release();
        }
    }

    public Task<bool> WriteAsync(Action<TrainingRun, DateTimeOffset> change, CancellationToken ct) => WriteAsync(
        (_, run) =>
        {
            change(run, time.GetUtcNow());
            return Task.CompletedTask;
        },
        ct);

    public Task<bool> RenewLeaseAsync(CancellationToken ct) => WriteAsync((run, now) => Must(run.RenewLease(node, now)), ct);

    /// <summary>Or a pause, which stops the worker just the same. Reads a few columns by key: cheap enough to ask all the time.</summary>
    public async Task<bool> IsCancelRequestedAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(Tenant);
        return await context.Runs.AnyAsync(r => r.Id == Run.Id && (r.CancelRequested || r.PauseRequested), ct);
    }

    /// <summary>For changes that the check of ownership has already made legal.</summary>
    public static void Must(Result result)
    {
        if (!result.Succeeded)
            throw new InvalidOperationException(result.Error.Message);
    }

    public void Dispose() => turn.Dispose();

    private bool IsOurs(TrainingRun run) => run.Status == RunStatus.Running && run.ClaimedBy == node && run.Attempt == attempt;
}
