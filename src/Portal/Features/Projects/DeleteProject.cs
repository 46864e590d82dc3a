using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>Deletes a project with everything in it. Its blobs lose their last reference and go with the next sweep.</summary>
public sealed class DeleteProject(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record StillTraining()
        : Error(ErrorKind.Conflict, "project.training", "A run of this project is queued or running. Cancel it first, then delete the project.");

    public sealed record StillLearnedFrom(int Run)
        : Error(ErrorKind.Conflict, "project.used",
            $"Run {Run} of another project, which has not ended, learns from this project's images. Wait for it or cancel it, then delete the project.");

    /// <param name="TypedName">The project's name, typed by the person who deletes it.</param>
    /// <param name="Expected">The state that the caller saw, when it must still be that one.</param>
    public sealed record Request(ProjectId Id, string? TypedName, Guid? Expected = null);

    public sealed record NameMismatch(string Name)
        : Error(ErrorKind.Invalid, "project.delete.name", $"Type “{Name}” to delete the project with its images, models and results.");

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == request.Id, ct);
        if (project is null)
            return new ProjectNotFound();
        if (request.Expected is { } stamp && stamp != project.ConcurrencyStamp)
            return new ProjectChanged();
        if (request.TypedName?.Trim() != project.Name)
            return new NameMismatch(project.Name);
        var waiting = await context.Runs.AsNoTracking()
            .Where(r => r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused)
            .Select(r => new { r.ProjectId, r.Number, r.Snapshot })
            .ToListAsync(ct);
        if (waiting.Any(run => run.ProjectId == project.Id))
            return new StillTraining();
        // A run's snapshot names images of other projects, and it was queued in the belief that they stay.
        if (waiting.FirstOrDefault(run => run.Snapshot.TrainingCategories.Any(c => c.Project == project.Id)) is { } learner)
            return new StillLearnedFrom(learner.Number);
        if (await context.Registrations.AsNoTracking()
            .Join(context.Runs.Where(r => r.ProjectId == project.Id), r => r.RunId, r => r.Id, (registration, _) => registration).FirstOrDefaultAsync(ct) is { } held)
            return new ProjectHoldsRegistration(held.Name, held.Version);
        context.Projects.Remove(project);
        context.Record(actor, time, AuditAction.ProjectDelete, "project", project.Id, project.Name);
        try
        {
            await context.SaveChangesAsync(ct);
            return Result.Ok;
        }
        catch (DbUpdateConcurrencyException)
        {
            return new ProjectChanged();
        }
    }
}
