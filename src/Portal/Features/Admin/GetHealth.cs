using FewShotAD.Domain.Common;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>What works on this node and what does not, with the reasons that <c>/health/ready</c> keeps to itself.</summary>
public sealed class GetHealth(HealthCheckService checks, PlatformSeat seat) : IUseCase
{
    public sealed record Part(string Name, HealthStatus Status, string Reason);

    public async Task<Result<IReadOnlyList<Part>>> HandleAsync(Actor actor, CancellationToken ct)
    {
        var allowed = await seat.RequireAsync(actor, ct);
        if (!allowed.Succeeded)
            return allowed.Error;
        var report = await checks.CheckHealthAsync(ct);
        return report.Entries.Select(e => new Part(e.Key, e.Value.Status, e.Value.Description ?? e.Value.Exception?.GetType().Name ?? "")).ToList();
    }
}
