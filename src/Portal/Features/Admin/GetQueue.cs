using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>How many runs each team has in which state, and how long its oldest one has waited. Neither runs nor projects by name.</summary>
public sealed class GetQueue(CrossTenantDb across, PlatformSeat seat) : IUseCase
{
    public sealed record Row(TenantId Tenant, string Team, IReadOnlyDictionary<RunStatus, int> Runs, DateTimeOffset? OldestWaiting)
    {
        public int Of(RunStatus status) => Runs.GetValueOrDefault(status);
    }

    /// <summary>Teams that wait or train first, those that wait longest before the others.</summary>
    public async Task<Result<IReadOnlyList<Row>>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var reader = across.Open("An administrator looks at the queue");
        var counts = await reader.All<TrainingRun>().GroupBy(r => new { r.TenantId, r.Status })
            .Select(g => new { g.Key.TenantId, g.Key.Status, Count = g.Count() }).ToListAsync(ct);
        var waiting = await reader.All<TrainingRun>().Where(r => r.Status == RunStatus.Queued).Select(r => new { r.TenantId, r.QueuedAt }).ToListAsync(ct);
        var oldest = waiting.GroupBy(w => w.TenantId).ToDictionary(g => g.Key, g => g.Min(w => w.QueuedAt));
        var names = await reader.All<Tenant>().Select(t => new { t.TenantId, t.Name }).ToDictionaryAsync(t => t.TenantId, t => t.Name, ct);
        return counts.GroupBy(c => c.TenantId)
            .Select(g => new Row(g.Key, names.GetValueOrDefault(g.Key, ""), g.ToDictionary(c => c.Status, c => c.Count),
                oldest.TryGetValue(g.Key, out var since) ? since : null))
            .OrderByDescending(row => row.Of(RunStatus.Queued) + row.Of(RunStatus.Running) > 0)
            .ThenBy(row => row.OldestWaiting ?? DateTimeOffset.MaxValue)
            .ThenBy(row => row.Team, StringComparer.OrdinalIgnoreCase)
            .ToList();
    }
}
