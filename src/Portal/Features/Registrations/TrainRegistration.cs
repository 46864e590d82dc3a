using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registrations;

/// <summary>
/// Queues the training of a registration model over the normal images of several projects as they are now. A name that is taken makes its
/// next version; the same work twice at a time is refused, so that a second click makes no second model.
/// </summary>
public sealed class TrainRegistration(PortalDb db, IRunQueue queue, TeamQuotas quotas, RunTickets tickets, TimeProvider time) : IUseCase
{
    public sealed record Request(string? Name, IReadOnlyCollection<ProjectId> Projects, TrainingRecipe Recipe);

    public async Task<Result<RegistrationId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var name = RegistrationModel.CheckName(request.Name);
        if (!name.Succeeded)
            return name.Error;
        var possible = RegistrationModel.CheckRecipe(request.Recipe);
        if (!possible.Succeeded)
            return possible.Error;
        RunId? queued = null;
        var made = await db.ChangeAsync<RegistrationId>(
            actor.Tenant,
            async context =>
            {
                var registration = await MakeAsync(context, actor, name.Value, request, ct);
                queued = registration.Succeeded ? registration.Value.RunId : null;
                return registration.Succeeded ? registration.Value.Id : registration.Error;
            },
            ct);
        if (made.Succeeded && queued is { } run)
            queue.Enqueue(actor.Tenant, run);
        return made;
    }

    private async Task<Result<RegistrationModel>> MakeAsync(PortalDbContext context, Actor actor, string name, Request request, CancellationToken ct)
    {
        var room = await quotas.AllowRunAsync(context, ct);
        if (!room.Succeeded)
            return room.Error;
        var data = await RegistrationSnapshots.TakeAsync(context, request.Projects, request.Recipe, ct);
        if (!data.Succeeded)
            return data.Error;
        var (home, snapshot, parts) = data.Value;
        var ticket = await tickets.IssueAsync(context, request.Recipe, snapshot, RunPriority.Normal, ct);
        if (await RunTickets.SameAsync(context, home.Id, ticket, ct) is { } same)
            return same;
        var now = time.GetUtcNow();
        var id = new RegistrationId(Guid.CreateVersion7(now));
        var number = await RunTickets.NextNumberAsync(context, home.Id, ct);
        var run = TrainingRun.Queue(home, number, request.Recipe, snapshot, actor.User, now, ticket with { Trains = id });
        if (!run.Succeeded)
            return run.Error;
        var version = 1 + (await context.Registrations.Where(r => r.Name == name).MaxAsync(r => (int?)r.Version, ct) ?? 0);
        var registration = RegistrationModel.Create(id, name, version, run.Value, parts, actor.User, now);
        context.Runs.Add(run.Value);
        context.Registrations.Add(registration);
        context.Record(
            actor, time, AuditAction.RegistrationTrain, "registration", id,
            $"{name} v{version} over {string.Join(", ", parts.Select(part => part.Name))}: {TextFormat.Neutral(() => RecipeText.InBrief(request.Recipe))}");
        return registration;
    }
}
