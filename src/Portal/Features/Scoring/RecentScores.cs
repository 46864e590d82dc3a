using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Infrastructure.Scoring;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>
/// Maps of the last answers, in memory for some minutes: what was scored without being kept can still be looked at. The oldest go
/// first when they take too much. They belong to the process that answered.
/// </summary>
public sealed class RecentScores(IOptions<ScoringOptions> options, TimeProvider time)
{
    /// <summary>Some six hundred maps of side 224.</summary>
    public const long MaxBytes = 64L << 20;

    private readonly Lock gate = new();
    private readonly Dictionary<ScoreId, Kept> kept = [];
    private readonly Queue<ScoreId> order = new();
    private long bytes;

    /// <summary>A map as it is stored, and the scale of its model.</summary>
    public sealed record Map(byte[] File, Calibration Calibration);

    public ScoreId Keep(TenantId tenant, Map map)
    {
        // Random and not by time, like the other ids: who has one answer must not guess the next.
        var id = new ScoreId(new Guid(RandomNumberGenerator.GetBytes(16)));
        lock (gate)
        {
            kept[id] = new Kept(tenant, map, time.GetUtcNow() + TimeSpan.FromMinutes(options.Value.KeepMinutes));
            order.Enqueue(id);
            bytes += map.File.Length;
            while (order.TryPeek(out var oldest) && (bytes > MaxBytes || kept[oldest].Until <= time.GetUtcNow()))
            {
                order.Dequeue();
                kept.Remove(oldest, out var gone);
                bytes -= gone!.Map.File.Length;
            }
        }

        return id;
    }

    public Map? Find(TenantId tenant, ScoreId id)
    {
        lock (gate)
            return kept.TryGetValue(id, out var found) && found.Tenant == tenant && found.Until > time.GetUtcNow() ? found.Map : null;
    }

    private sealed record Kept(TenantId Tenant, Map Map, DateTimeOffset Until);
}
