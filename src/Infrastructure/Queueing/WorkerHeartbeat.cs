using FewShotAD.Domain.Queueing;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Queueing;

/// <summary>Says that this node's workers are alive, and takes that back when the node stops.</summary>
internal sealed class WorkerHeartbeat(
    IPortalContexts contexts, DataPaths paths, IOptions<TrainingOptions> options, TimeProvider time, ILogger<WorkerHeartbeat> log) : QueueRecovery(time, log)
{
    /// <summary>Rows of nodes that never came back.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    public override async Task RecoverAsync(bool atStart, CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        var (now, slots) = (Now, options.Value.SlotsOf(paths.Node));
        var node = await context.WorkerNodes.FirstOrDefaultAsync(n => n.Node == paths.Node, ct);
        if (node is null)
            context.WorkerNodes.Add(WorkerNode.Of(slots, now));
        else
            node.Seen(slots, now);
        await context.SaveChangesAsync(ct);
        if (!atStart)
            return;
        var before = now - Forgotten;
        await context.WorkerNodes.Where(n => n.SeenAt < before).ExecuteDeleteAsync(ct);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await using var context = contexts.Create(default);
        await context.WorkerNodes.Where(n => n.Node == paths.Node).ExecuteDeleteAsync(cancellationToken);
    }
}
