using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Queueing;

/// <summary>The queue of all teams, for choosing and for telling a team its place. What it reads leaves the server as numbers only.</summary>
internal sealed class QueueReader(CrossTenantDb across, IOptions<TrainingOptions> options, TimeProvider time)
{
    /// <returns>The state, and the turn that it was read in: a claim goes through only while the turn is still that one.</returns>
    public async Task<(long Turn, QueueState State)> ReadAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Choosing among the waiting runs of all teams");
        // The turn first: whatever changes while the rest is read, changes it as well.
        var turn = await reader.Shared<QueueTurn>().Select(t => t.Number).SingleAsync(ct);
        var waiting = await reader.All<TrainingRun>()
            .Where(r => r.Status == RunStatus.Queued)
            .Select(r => new WaitingRun(r.TenantId, r.Id, r.Priority, r.QueuedAt, r.Entered, r.ExpectedSeconds))
            .ToListAsync(ct);
        var running = await reader.All<TrainingRun>()
            .Where(r => r.Status == RunStatus.Running)
            .Select(r => new { r.TenantId, r.Id, r.ClaimedBy, r.ClaimedDevice, r.ClaimedAt, r.StartedAt, r.QueuedAt, r.Entered, r.ExpectedSeconds, r.SecondsLeft })
            .ToListAsync(ct);
        var used = await reader.All<TeamShare>().Select(s => new { s.TenantId, s.Used }).ToDictionaryAsync(s => s.TenantId, s => s.Used, ct);
        var since = time.GetUtcNow() - WorkerNode.Patience;
        var nodes = await reader.Shared<WorkerNode>().Where(n => n.SeenAt > since).ToListAsync(ct);
        return (turn, new QueueState(
            waiting,
            [.. running.Select(r => new RunningRun(r.TenantId, r.Id, r.ClaimedBy, r.ClaimedDevice, r.ClaimedAt ?? r.StartedAt ?? r.QueuedAt, r.Entered, r.ExpectedSeconds, r.SecondsLeft))],
            used,
            [.. nodes.Select(n => n.Slots)],
            options.Value.Rules));
    }
}
