using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>The teams of the installation with what they have and may have, in numbers: nothing of what is in them.</summary>
public sealed class ListTenants(CrossTenantDb across, TeamQuotas quotas, PlatformSeat seat) : IUseCase
{
    public const int Most = 200;

    /// <param name="Search">A part of the name; null for all.</param>
    public sealed record Request(string? Search = null);

    /// <param name="Owners">Whom to write to.</param>
    /// <param name="Set">What an administrator has set; null when all is as configured.</param>
    public sealed record Item(
        TenantId Tenant, string Name, DateTimeOffset CreatedAt, int Members, IReadOnlyList<string> Owners, int Projects, TeamUsage Usage,
        TeamQuota Configured, TeamQuotaSetting? Set, DateTimeOffset? LastActivity)
    {
        public TeamQuota Quota => Set?.Over(Configured) ?? Configured;
    }

    /// <param name="Total">How many fit; <see cref="Most"/> of them are given.</param>
    public sealed record Answer(IReadOnlyList<Item> Items, int Total);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var reader = across.Open("An administrator lists the teams");
        var fitting = reader.All<Tenant>();
        if (!string.IsNullOrWhiteSpace(request.Search))
            fitting = fitting.Where(t => NameSearch.Fits(t.Name, NameSearch.Pattern(request.Search)));
        var tenants = await fitting.OrderBy(t => t.Name).ThenBy(t => t.CreatedAt).Take(Most).ToListAsync(ct);
        var total = tenants.Count < Most ? tenants.Count : await fitting.CountAsync(ct);
        var ids = tenants.Select(t => t.TenantId).ToList();
        var members = await reader.All<Membership>().Where(m => ids.Contains(m.TenantId)).Select(m => new { m.TenantId, m.UserId, m.Role }).ToListAsync(ct);
        var owners = await OwnersAsync(reader, [.. members.Where(m => m.Role == TeamRole.Owner).Select(m => m.UserId.Value).Distinct()], ct);
        var projects = await reader.All<Domain.Projects.Project>().Where(p => ids.Contains(p.TenantId)).GroupBy(p => p.TenantId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var images = await reader.All<InspectionImage>().Where(i => ids.Contains(i.TenantId)).GroupBy(i => i.TenantId)
            .Select(g => new { g.Key, Count = g.Count(), Bytes = g.Sum(i => i.Bytes) }).ToDictionaryAsync(g => g.Key, ct);
        var uploaded = await reader.All<TrainedModel>().Where(m => ids.Contains(m.TenantId)).GroupBy(m => m.TenantId)
            .Select(g => new { g.Key, Bytes = g.Sum(m => m.UploadedBytes) }).ToDictionaryAsync(g => g.Key, g => g.Bytes, ct);
        var queued = await reader.All<TrainingRun>().Where(r => ids.Contains(r.TenantId) && r.Status == RunStatus.Queued).GroupBy(r => r.TenantId)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var set = await reader.All<TeamQuotaSetting>().Where(s => ids.Contains(s.TenantId)).ToDictionaryAsync(s => s.TenantId, ct);
        // The last line of a trail is the one with the highest number, which the key finds without reading the trail.
        var active = await reader.All<Tenant>().Where(t => ids.Contains(t.TenantId))
            .Select(t => new
            {
                t.TenantId,
                At = reader.All<AuditEntry>().Where(e => e.TenantId == t.TenantId).OrderByDescending(e => e.Sequence).Select(e => (DateTimeOffset?)e.At).FirstOrDefault(),
            })
            .ToDictionaryAsync(t => t.TenantId, t => t.At, ct);
        return new Answer(
            [
                .. tenants.Select(t => new Item(
                    t.TenantId, t.Name, t.CreatedAt, members.Count(m => m.TenantId == t.TenantId),
                    [.. members.Where(m => m.TenantId == t.TenantId && m.Role == TeamRole.Owner).Select(m => owners.GetValueOrDefault(m.UserId.Value, "")).Order(StringComparer.OrdinalIgnoreCase)],
                    projects.GetValueOrDefault(t.TenantId),
                    new TeamUsage(images.GetValueOrDefault(t.TenantId)?.Count ?? 0, (images.GetValueOrDefault(t.TenantId)?.Bytes ?? 0) + uploaded.GetValueOrDefault(t.TenantId), queued.GetValueOrDefault(t.TenantId)),
                    quotas.Configured(t.TenantId), set.GetValueOrDefault(t.TenantId), active.GetValueOrDefault(t.TenantId))),
            ],
            total);
    }

    private static async Task<Dictionary<Guid, string>> OwnersAsync(CrossTenantReader reader, List<Guid> ids, CancellationToken ct) =>
        await reader.Users.Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Email ?? "", ct);
}
