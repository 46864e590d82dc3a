using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Quotas;

/// <summary>
/// Asks whether a team may have more. Counted anew each time, because a counter that is kept goes wrong with the first crash between
/// two writes. Uploads side by side may each be let through as the last: what is over is at most what was under way.
/// </summary>
public sealed class TeamQuotas(IOptionsMonitor<QuotaOptions> options)
{
    /// <summary>What the settings say, before an administrator's word.</summary>
    public TeamQuota Configured(TenantId tenant) => options.CurrentValue.Of(tenant);

    /// <summary>What holds for the team of the context now.</summary>
    public async Task<TeamQuota> OfAsync(PortalDbContext context, CancellationToken ct)
    {
        var configured = Configured(context.Tenant);
        var set = await context.QuotaSettings.AsNoTracking().FirstOrDefaultAsync(ct);
        return set?.Over(configured) ?? configured;
    }

    public async Task<Result> AllowImageAsync(PortalDbContext context, long bytes, CancellationToken ct)
    {
        var quota = await OfAsync(context, ct);
        return quota is { Images: null, Bytes: null } ? Result.Ok : quota.Allow(await UsageAsync(context, ct), bytes);
    }

    /// <summary>For a file that is no image.</summary>
    public async Task<Result> AllowBytesAsync(PortalDbContext context, long bytes, CancellationToken ct)
    {
        var quota = await OfAsync(context, ct);
        return quota.Bytes is null ? Result.Ok : quota.AllowBytes(await UsageAsync(context, ct), bytes);
    }

    public async Task<Result> AllowRunAsync(PortalDbContext context, CancellationToken ct)
    {
        var quota = await OfAsync(context, ct);
        return quota.QueuedRuns is null ? Result.Ok : quota.AllowRun(await QueuedAsync(context, ct));
    }

    public async Task<Result> AllowRunsAsync(PortalDbContext context, int more, CancellationToken ct)
    {
        var quota = await OfAsync(context, ct);
        return quota.QueuedRuns is null ? Result.Ok : quota.AllowRuns(await QueuedAsync(context, ct), more);
    }

    public static async Task<TeamUsage> UsageAsync(PortalDbContext context, CancellationToken ct)
    {
        var images = await context.Images.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Bytes = all.Sum(image => image.Bytes) }).FirstOrDefaultAsync(ct);
        var models = await context.Models.SumAsync(model => model.UploadedBytes, ct);
        return new TeamUsage(images?.Count ?? 0, (images?.Bytes ?? 0) + models, await QueuedAsync(context, ct));
    }

    private static Task<int> QueuedAsync(PortalDbContext context, CancellationToken ct) => context.Runs.CountAsync(run => run.Status == RunStatus.Queued, ct);
}
