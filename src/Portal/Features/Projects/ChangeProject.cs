using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>Renames a project, archives it or brings it back.</summary>
public sealed class ChangeProject(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(ProjectId Id, string? Name, string? Description, bool? Archived);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == request.Id, ct);
        if (project is null)
            return new ProjectNotFound();

        var before = project.Name;
        if (request.Name is not null || request.Description is not null)
        {
            var described = project.Describe(request.Name ?? project.Name, request.Description ?? project.Description);
            if (!described.Succeeded)
                return described;
            if (await context.Projects.AnyAsync(p => p.Name == project.Name && p.Id != project.Id, ct))
                return new ProjectNameTaken(project.Name);
        }

        if (request.Archived is { } archived)
        {
            var changed = archived ? project.Archive(time.GetUtcNow()) : project.Restore();
            if (!changed.Succeeded)
                return changed;
        }

        context.Record(actor, time, AuditAction.ProjectChange, "project", project.Id, Detail(before, project, request.Archived));
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // The name was taken since it was looked for: the unique index says so. Anything else is a real fault.
            context.ChangeTracker.Clear();
            if (await context.Projects.AnyAsync(p => p.Name == project.Name && p.Id != project.Id, ct))
                return new ProjectNameTaken(project.Name);
            throw;
        }

        return Result.Ok;
    }

    private static string Detail(string before, Project project, bool? archived)
    {
        var name = before == project.Name ? $"“{before}”" : $"“{before}” is now “{project.Name}”";
        return archived switch { true => $"{name}, archived", false => $"{name}, brought back", _ => name };
    }
}
