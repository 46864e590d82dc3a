using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Features.Training;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>A model of a project whose network is a registration model's.</summary>
public sealed record RegistrationUser(RegistrationId Registration, ProjectId Project, string ProjectName, ModelId Model, int Version);

/// <summary>A registration model, how its run fares, and who uses it.</summary>
/// <param name="Place">In the queue; null unless it waits.</param>
public sealed record RegistrationState(
    RegistrationModel Model, RunRow Run, QueuePlace? Place, IReadOnlyList<RegistrationUser> UsedBy)
{
    internal static async Task<IReadOnlyList<RegistrationState>> OfAsync(
        PortalDbContext context, RunQueueView queue, IReadOnlyList<RegistrationModel> registrations, CancellationToken ct)
    {
        var ids = registrations.Select(registration => registration.RunId).ToList();
        var runs = await context.Runs.AsNoTracking().Where(r => ids.Contains(r.Id)).Select(RunRow.Of).ToDictionaryAsync(r => r.Id, ct);
        var places = await queue.PlacesAsync([.. runs.Values.Where(run => run.Status == RunStatus.Queued).Select(run => run.Id)], ct);
        var users = (await UsersAsync(context, [.. registrations.Select(registration => registration.Id)], ct)).ToLookup(user => user.Registration);
        return [.. registrations.Select(registration => new RegistrationState(
            registration, runs[registration.RunId], places.GetValueOrDefault(registration.RunId), [.. users[registration.Id]]))];
    }

    internal static async Task<IReadOnlyList<RegistrationUser>> UsersAsync(PortalDbContext context, IReadOnlyCollection<RegistrationId> registrations, CancellationToken ct)
    {
        var wanted = registrations.Select(id => (RegistrationId?)id).ToList();
        var rows = await context.Models.AsNoTracking()
            .Join(context.Runs.Where(r => wanted.Contains(r.UsesRegistration)), m => m.RunId, r => r.Id, (m, r) => new { m.Id, m.Version, m.ProjectId, r.UsesRegistration })
            .Join(context.Projects, row => row.ProjectId, p => p.Id, (row, p) => new { row.Id, row.Version, row.ProjectId, row.UsesRegistration, p.Name })
            .ToListAsync(ct);
        return [.. rows
            .Select(row => new RegistrationUser(row.UsesRegistration!.Value, row.ProjectId, row.Name, row.Id, row.Version))
            .OrderBy(user => user.ProjectName, StringComparer.Ordinal).ThenByDescending(user => user.Version)];
    }
}
