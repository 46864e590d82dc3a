using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Deletes a run that is over, with its model and results; the blobs go with the next sweep. One whose model something refers to stays.</summary>
public sealed class DeleteRun(PortalDb db, RunEvents events, TimeProvider time) : IUseCase
{
    /// <param name="expected">The state that the caller saw, when it must still be that one.</param>
    public async Task<Result> HandleAsync(Actor actor, RunId id, Guid? expected, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var run = await context.Runs.FirstOrDefaultAsync(r => r.Id == id, ct);
        if (run is null)
            return new RunNotFound();
        if (expected is { } stamp && stamp != run.ConcurrencyStamp)
            return new RunChanged();
        if (run.StudyId is not null)
            return new RunOfStudy(run.Number);
        if (run.TrainsRegistration is { } trained && await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == trained, ct) is { } registration)
            return new RunOfRegistration(registration.Name, registration.Version);
        if (!run.IsOver)
            return new RunNotOver(run.Number);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.RunId == id, ct);
        if (model is not null)
        {
            var project = await context.Projects.FirstAsync(p => p.Id == run.ProjectId, ct);
            if (await ModelReferences.FindAsync(context, project, model, ct) is { } reference)
                return reference;
            project.Touch();
        }

        context.Runs.Remove(run);
        context.Record(actor, time, AuditAction.RunDelete, "run", run.Id, $"Run {run.Number}");
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Resumed, or its model published, between the look and the deletion. Anything else is a real fault.
            if (await IsAsBeforeAsync(actor, run, model?.Id, ct))
                throw;
            return new RunChanged();
        }

        events.Publish(new RunEvent.Changed(actor.Tenant, id));
        return Result.Ok;
    }

    private async Task<bool> IsAsBeforeAsync(Actor actor, TrainingRun run, ModelId? model, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await context.Runs.AnyAsync(r => r.Id == run.Id && r.ConcurrencyStamp == run.ConcurrencyStamp, ct)
            && (model is null || !await context.Projects.AnyAsync(p => p.PublishedModelId == model, ct));
    }

    public sealed record RunNotOver(int Number)
        : Error(ErrorKind.Conflict, "run.active", $"Run {Number} has not ended. Cancel it first, then delete it.");
}
