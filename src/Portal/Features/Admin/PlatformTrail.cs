using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>The platform's own trail, newest first.</summary>
public sealed class ListPlatformAudit(CrossTenantDb across, PlatformSeat seat) : IUseCase
{
    /// <param name="Before">Only lines with lower numbers: where the last page ended. Null for the newest.</param>
    public sealed record Request(long? Before, int Take);

    /// <param name="Next">The <see cref="Request.Before"/> of the next page; null at the end.</param>
    public sealed record Answer(IReadOnlyList<PlatformEntry> Items, long? Next);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var reader = across.Open("An administrator reads the platform's trail");
        var entries = request.Before is { } before ? reader.PlatformAudit.Where(e => e.Sequence < before) : reader.PlatformAudit;
        var page = await entries.OrderByDescending(e => e.Sequence).Take(request.Take + 1).ToListAsync(ct);
        var items = page.Take(request.Take).ToList();
        return new Answer(items, page.Count > request.Take ? items[^1].Sequence : null);
    }
}

/// <summary>Says whether the platform's trail is whole.</summary>
public sealed class VerifyPlatformAudit(AuditVerification verification, PlatformSeat seat) : IUseCase
{
    /// <param name="KnownHash">A hash of the trail that was kept elsewhere; null when there is none.</param>
    public sealed record Request(string? KnownHash);

    public async Task<Result<AuditVerdict>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        return allowed.Succeeded ? await verification.CheckPlatformAsync(request.KnownHash, ct) : allowed.Error;
    }
}

/// <summary>Who else administers the platform.</summary>
public sealed class ListAdministrators(Administrators administrators, PlatformSeat seat) : IUseCase
{
    public async Task<Result<IReadOnlyList<AdministratorAccount>>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        return allowed.Succeeded ? Result<IReadOnlyList<AdministratorAccount>>.Ok(await administrators.ListAsync(ct)) : allowed.Error;
    }
}
