using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>Makes an empty project.</summary>
public sealed class CreateProject(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(string? Name, string? Description);

    public async Task<Result<ProjectId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var created = Project.Create(actor.Tenant, request.Name, request.Description, actor.User, time.GetUtcNow());
        if (!created.Succeeded)
            return created.Error;

        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Projects.AnyAsync(p => p.Name == created.Value.Name, ct))
            return new ProjectNameTaken(created.Value.Name);
        context.Projects.Add(created.Value);
        context.Record(actor, time, AuditAction.ProjectCreate, "project", created.Value.Id, created.Value.Name);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Two people chose one name at once: the unique index lets one through. Anything else is a real fault.
            context.ChangeTracker.Clear();
            if (await context.Projects.AnyAsync(p => p.Name == created.Value.Name, ct))
                return new ProjectNameTaken(created.Value.Name);
            throw;
        }

        return created.Value.Id;
    }
}
