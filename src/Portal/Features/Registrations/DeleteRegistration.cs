using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>Deletes a registration model that nothing refers to, with the run that trained it; the file goes with the next sweep.</summary>
public sealed class DeleteRegistration(PortalDb db, TimeProvider time) : IUseCase
{
    private const int MostNamed = 8;

    public async Task<Result> HandleAsync(Actor actor, RegistrationId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        return allowed.Succeeded
            ? await db.ChangeAsync(
                actor.Tenant,
                async context =>
                {
                    var registration = await context.Registrations.FirstOrDefaultAsync(r => r.Id == id, ct);
                    if (registration is null)
                        return new RegistrationNotFound();
                    var run = await context.Runs.FirstAsync(r => r.Id == registration.RunId, ct);
                    if (!run.IsOver)
                        return new RegistrationUnderWay(registration.Name, registration.Version);
                    if (await UserAsync(context, registration, ct) is { } user)
                        return new RegistrationInUse(registration.Name, registration.Version, user);
                    context.Registrations.Remove(registration);
                    context.Runs.Remove(run);
                    context.Record(actor, time, AuditAction.RegistrationDelete, "registration", id, $"{registration.Name} v{registration.Version}");
                    return Result.Ok;
                },
                ct)
            : allowed;
    }

    /// <returns>What refers to it, in words; null when nothing does.</returns>
    private static async Task<string?> UserAsync(PortalDbContext context, RegistrationModel registration, CancellationToken ct)
    {
        var users = await RegistrationState.UsersAsync(context, [registration.Id], ct);
        if (users.Count > 0)
        {
            var named = string.Join(", ", users.Take(MostNamed).Select(user => $"v{user.Version} of “{user.ProjectName}”"));
            return $"{named}{(users.Count > MostNamed ? $" and {users.Count - MostNamed} more" : "")}, which could not be made again without it";
        }

        // One that waits needs the file; one that failed says what is gone when it is resumed.
        var waiting = await context.Runs.AsNoTracking()
            .Where(r => r.UsesRegistration == registration.Id && (r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused))
            .Join(context.Projects, r => r.ProjectId, p => p.Id, (r, p) => new { r.Number, p.Name })
            .FirstOrDefaultAsync(ct);
        return waiting is null ? null : $"run {waiting.Number} of “{waiting.Name}”, which has not ended";
    }
}
