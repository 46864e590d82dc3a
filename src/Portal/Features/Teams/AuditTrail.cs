using System.Runtime.CompilerServices;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Which lines of the trail: all that is null does not matter.</summary>
/// <param name="From">The first moment.</param>
/// <param name="Until">The first moment that is too late.</param>
public sealed record AuditFilter(UserId? Person = null, string? Action = null, DateTimeOffset? From = null, DateTimeOffset? Until = null)
{
    public IQueryable<AuditEntry> Of(IQueryable<AuditEntry> entries)
    {
        if (Person is { } person)
            entries = entries.Where(e => e.ActorId == person);
        if (!string.IsNullOrEmpty(Action))
            entries = entries.Where(e => e.Action == Action);
        if (From is { } from)
            entries = entries.Where(e => e.At >= from);
        if (Until is { } until)
            entries = entries.Where(e => e.At < until);
        return entries;
    }
}

/// <summary>The team's audit trail, newest first.</summary>
public sealed class ListAudit(PortalDb db) : IUseCase
{
    /// <param name="Before">Only lines with lower numbers: where the last page ended. Null for the newest.</param>
    public sealed record Request(AuditFilter Filter, long? Before, int Take);

    /// <param name="Next">The <see cref="Request.Before"/> of the next page; null at the end.</param>
    public sealed record Answer(IReadOnlyList<AuditEntry> Items, long? Next);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var entries = request.Filter.Of(context.Audit.AsNoTracking());
        if (request.Before is { } before)
            entries = entries.Where(e => e.Sequence < before);
        var page = await entries.OrderByDescending(e => e.Sequence).Take(request.Take + 1).ToListAsync(ct);
        var hasMore = page.Count > request.Take;
        var items = page.Take(request.Take).ToList();
        return new Answer(items, hasMore ? items[^1].Sequence : null);
    }
}

/// <summary>The whole trail in the order in which it was written, row by row, for a download of any length.</summary>
public sealed class ExportAudit(PortalDb db) : IUseCase
{
    public Result<IAsyncEnumerable<AuditEntry>> Open(Actor actor, AuditFilter filter, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        return allowed.Succeeded ? Result<IAsyncEnumerable<AuditEntry>>.Ok(ReadAsync(actor.Tenant, filter, ct)) : allowed.Error;
    }

    private async IAsyncEnumerable<AuditEntry> ReadAsync(TenantId team, AuditFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var context = db.ForTenant(team);
        await foreach (var entry in filter.Of(context.Audit.AsNoTracking()).OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(ct))
            yield return entry;
    }
}

/// <summary>Says whether the trail is whole.</summary>
public sealed class VerifyAudit(AuditVerification verification) : IUseCase
{
    /// <param name="KnownHash">A hash of the trail that was kept elsewhere; null when there is none.</param>
    public sealed record Request(string? KnownHash);

    public async Task<Result<AuditVerdict>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        return allowed.Succeeded ? await verification.CheckAsync(actor.Tenant, request.KnownHash, ct) : allowed.Error;
    }
}
