using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Infrastructure.Quotas;

/// <summary>Section <c>Quotas</c>: what every team may have, and under <c>Teams:ID</c> what one may have instead. Left out, there is no limit.</summary>
public sealed class QuotaOptions
{
    public const string Section = "Quotas";

    [Range(0, int.MaxValue)]
    public int? Images { get; set; }

    [Range(0, long.MaxValue)]
    public long? Bytes { get; set; }

    [Range(0, int.MaxValue)]
    public int? QueuedRuns { get; set; }

    /// <summary>By the team's id. What is left out there holds as for all.</summary>
    public Dictionary<Guid, QuotaOptions> Teams { get; set; } = [];

    public TeamQuota Of(TenantId tenant)
    {
        var own = Teams.GetValueOrDefault(tenant.Value);
        return new TeamQuota(own?.Images ?? Images, own?.Bytes ?? Bytes, own?.QueuedRuns ?? QueuedRuns);
    }
}
