using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Persistence;

/// <param name="Entries">How many lines fit.</param>
/// <param name="LastHash">Of the last line that fits. Kept elsewhere, it will show whether the end was cut off.</param>
/// <param name="Broken">The number of the first line that does not fit, or that is missing; null when all do.</param>
/// <param name="Why">What is wrong, null when nothing is.</param>
public sealed record AuditVerdict(long Entries, string LastHash, long? Broken, string? Why)
{
    public bool IsWhole => Why is null;
}

/// <summary>Reads a whole trail and follows its hashes.</summary>
public sealed class AuditVerification(PortalDb db, CrossTenantDb across)
{
    /// <param name="knownHash">A hash that was kept elsewhere and must be in the trail; null or empty when there is none.</param>
    public async Task<AuditVerdict> CheckAsync(TenantId team, string? knownHash, CancellationToken ct)
    {
        await using var context = db.ForTenant(team);
        return await CheckAsync(context.Audit.AsNoTracking(), new AuditCheck(team), knownHash, ct);
    }

    /// <summary>The platform's own trail.</summary>
    public async Task<AuditVerdict> CheckPlatformAsync(string? knownHash, CancellationToken ct)
    {
        await using var reader = across.Open("The platform's trail is verified");
        return await CheckAsync(reader.PlatformAudit, new AuditCheck(null), knownHash, ct);
    }

    private static async Task<AuditVerdict> CheckAsync(IQueryable<ChainedEntry> trail, AuditCheck check, string? knownHash, CancellationToken ct)
    {
        var known = string.IsNullOrWhiteSpace(knownHash) ? null : knownHash.Trim();
        var found = known is null;
        await foreach (var entry in trail.OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(ct))
        {
            if (check.Next(entry) is { } why)
                return new AuditVerdict(check.LastSequence, check.LastHash, check.LastSequence + 1, why);
            found |= string.Equals(entry.Hash, known, StringComparison.OrdinalIgnoreCase);
        }

        return found
            ? new AuditVerdict(check.LastSequence, check.LastHash, null, null)
            : new AuditVerdict(
                check.LastSequence, check.LastHash, check.LastSequence + 1,
                "The chain is whole as far as it goes, but the hash you kept is not in it: the end was cut off, or the trail was written anew. Check also that the hash is of this trail.");
    }

    /// <summary>All teams of the installation, by name.</summary>
    public async Task<IReadOnlyList<(TenantId Team, string Name)>> TeamsAsync(CancellationToken ct)
    {
        await using var reader = across.Open("The audit trails of all teams are verified");
        var teams = await reader.All<Tenant>().OrderBy(t => t.Name).Select(t => new { t.TenantId, t.Name }).ToListAsync(ct);
        return [.. teams.Select(t => (t.TenantId, t.Name))];
    }
}
