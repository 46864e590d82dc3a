using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Telemetry;

/// <summary>How many runs wait and for how long, as last read: who collects metrics gets what is here, and the database is not asked for it.</summary>
internal sealed class QueueLevels(CrossTenantDb across, TimeProvider time)
{
    /// <summary>Levels that could not be read again for so long are told to nobody: they would look like a queue that stands still.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private static readonly RunStatus[] Told = [RunStatus.Queued, RunStatus.Running, RunStatus.Paused];

    private volatile Levels? last;

    /// <summary>One count along the index of states.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Levels of the queue for the metrics");
        var counts = await reader.All<TrainingRun>().Where(r => Told.Contains(r.Status)).GroupBy(r => r.Status)
            .Select(g => new { Status = g.Key, Count = g.LongCount(), Oldest = g.Min(r => r.QueuedAt) }).ToListAsync(ct);
        last = new Levels(
            time.GetUtcNow(), [.. Told.Select(status => (status, counts.FirstOrDefault(c => c.Status == status)?.Count ?? 0))],
            counts.FirstOrDefault(c => c.Status == RunStatus.Queued)?.Oldest);
    }

    /// <summary>Each state, also one that no run is in; nothing before the first reading.</summary>
    public IEnumerable<(RunStatus Status, long Count)> Runs() => Fresh()?.Runs ?? [];

    /// <summary>0 when none waits.</summary>
    public IEnumerable<double> OldestWait() => Fresh() is { } levels
        ? [levels.Oldest is { } since ? Math.Max(0, (time.GetUtcNow() - since).TotalSeconds) : 0]
        : [];

    private Levels? Fresh() => last is { } levels && time.GetUtcNow() - levels.ReadAt < Stale ? levels : null;

    private sealed record Levels(DateTimeOffset ReadAt, IReadOnlyList<(RunStatus Status, long Count)> Runs, DateTimeOffset? Oldest);
}
