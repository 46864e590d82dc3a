using System.Globalization;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>
/// Sets what a team may have, from now on and beyond a restart. The platform's trail has it, and the team's own: its owners see who
/// it was.
/// </summary>
public sealed class SetTeamQuota(PortalDb db, PlatformSeat seat, TimeProvider time) : IUseCase
{
    public sealed record Request(TenantId Tenant, QuotaChoices Choices);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        if (!allowed.Succeeded)
            return allowed;
        return await db.ChangeAsync(
            request.Tenant,
            async context =>
            {
                if (await context.Tenants.AsNoTracking().FirstOrDefaultAsync(ct) is not { } team)
                    return new NoSuchTeam();
                var setting = await context.QuotaSettings.FirstOrDefaultAsync(ct);
                if (setting is null)
                    context.QuotaSettings.Add(setting = TeamQuotaSetting.Of(request.Tenant));
                var set = setting.Set(request.Choices, actor.User, time.GetUtcNow());
                if (!set.Succeeded)
                    return set;
                var detail = Describe(request.Choices);
                context.Record(actor, time, AuditAction.TeamQuota, "team", team.TenantId, $"By an administrator of the platform: {detail}");
                context.PlatformAudit.Add(PlatformEntry.Stage(actor.User, new AuditNote(PlatformAction.QuotaChange, "team", $"{team.TenantId}", $"“{team.Name}”: {detail}"), time.GetUtcNow()));
                return Result.Ok;
            },
            ct);
    }

    private static string Describe(QuotaChoices choices) =>
        $"images {Words(choices.Images)}, bytes {Words(choices.Bytes)}, waiting runs {Words(choices.QueuedRuns)}";

    private static string Words(QuotaChoice choice) => choice.Mode switch
    {
        QuotaMode.AtMost => $"at most {choice.Most?.ToString(CultureInfo.InvariantCulture)}",
        QuotaMode.Unlimited => "without limit",
        _ => "as configured",
    };
}

public sealed record NoSuchTeam()
    : Error(ErrorKind.NotFound, "admin.team", "This team does not exist (any more). Load the list again.");
