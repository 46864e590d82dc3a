using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <param name="Version">Of the model that it is about.</param>
public sealed record PublishRequestView(PublishRequest Request, int Version);

/// <summary>Requests to publish in a project, newest first.</summary>
public sealed class ListPublishRequests(PortalDb db) : IUseCase
{
    /// <param name="Before">The request that the last page ended with; null at the beginning.</param>
    public sealed record Request(ProjectId Project, PublishRequestId? Before = null, int Take = 100);

    public async Task<Result<IReadOnlyList<PublishRequestView>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var rows = context.PublishRequests.AsNoTracking().Where(r => r.ProjectId == request.Project);
        if (request.Before is { } before)
            rows = rows.Where(r => r.Id < before);
        var page = await rows.OrderByDescending(r => r.Id).Take(request.Take)
            .Join(context.Models, r => r.ModelId, m => m.Id, (r, m) => new { Request = r, m.Version })
            .OrderByDescending(row => row.Request.Id)
            .ToListAsync(ct);
        return Result<IReadOnlyList<PublishRequestView>>.Ok([.. page.Select(row => new PublishRequestView(row.Request, row.Version))]);
    }
}

public sealed class GetPublishRequest(PortalDb db) : IUseCase
{
    public async Task<Result<PublishRequestView>> HandleAsync(Actor actor, PublishRequestId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var row = await context.PublishRequests.AsNoTracking().Where(r => r.Id == id)
            .Join(context.Models, r => r.ModelId, m => m.Id, (r, m) => new { Request = r, m.Version })
            .FirstOrDefaultAsync(ct);
        return row is null ? new PublishRequestNotFound() : new PublishRequestView(row.Request, row.Version);
    }
}

/// <summary>How a project's published model has changed, newest first.</summary>
public sealed class ListPublications(PortalDb db) : IUseCase
{
    /// <param name="Before">The number that the last page ended with; null at the beginning.</param>
    public sealed record Request(ProjectId Project, int? Before = null, int Take = 100);

    public async Task<Result<IReadOnlyList<Publication>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        return await context.Publications.AsNoTracking()
            .Where(p => p.ProjectId == request.Project && (request.Before == null || p.Number < request.Before))
            .OrderByDescending(p => p.Number)
            .Take(request.Take)
            .ToListAsync(ct);
    }
}
