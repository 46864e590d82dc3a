using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>Leaves a region out of all images of a project. Scores that exist follow in the background.</summary>
public sealed class SaveProjectIgnore(PortalDb db, MarkPictures pictures, TimeProvider time) : IUseCase
{
    /// <param name="Width">Of the picture on which the shapes were drawn.</param>
    public sealed record Request(ProjectId Project, int Width, int Height, IReadOnlyList<Shape> Shapes);

    public async Task<Result<ProjectIgnore>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        if (await IgnoreLedger.IsMissingAsync(db, actor, request.Project, ct))
            return new ProjectNotFound();
        if (request.Width is < 1 or > ImageIngest.ViewSide || request.Height is < 1 or > ImageIngest.ViewSide)
            return new InvalidIgnoreSize();
        var kept = ShapeList.Check([.. request.Shapes.Select(shape => shape with { Layer = ShapeLayer.Ignore })], request.Width, request.Height);
        if (!kept.Succeeded)
            return kept.Error;
        var mask = await pictures.DrawAsync(actor.Tenant, request.Width, request.Height, kept.Value, ct);
        return await IgnoreLedger.ChangeAsync(db, actor, request.Project, async (context, region) =>
        {
            var same = region.Width == request.Width && region.Height == request.Height && ShapeList.Same(region.Shapes, kept.Value);
            if (same && !region.WasStopped)
                return Result.Ok;
            var results = await context.Results.CountAsync(r => r.ProjectId == request.Project, ct);
            region.Draw(request.Width, request.Height, kept.Value, mask, results, actor.User, time.GetUtcNow());
            context.Record(actor, time, AuditAction.IgnoreChange, "project", request.Project, $"{kept.Value.Count} shapes");
            return Result.Ok;
        }, ct);
    }
}

/// <summary>Takes a project's region away: every score is again what it was before.</summary>
public sealed class RemoveProjectIgnore(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result<ProjectIgnore>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        return await IgnoreLedger.ChangeAsync(db, actor, project, async (context, region) =>
        {
            if (region is { Shapes.Count: 0, WasStopped: false })
                return Result.Ok;
            region.Clear(await context.Results.CountAsync(r => r.ProjectId == project, ct), actor.User, time.GetUtcNow());
            context.Record(actor, time, AuditAction.IgnoreRemove, "project", project);
            return Result.Ok;
        }, ct);
    }
}

/// <summary>Stops scores from following the region. Those that were reached keep their new score; saving the region again goes on.</summary>
public sealed class StopRescoring(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result<ProjectIgnore>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        return await IgnoreLedger.ChangeAsync(db, actor, project, (context, region) =>
        {
            var stopped = region.Stop();
            if (stopped.Succeeded)
                context.Record(actor, time, AuditAction.IgnoreStop, "project", project);
            return Task.FromResult(stopped);
        }, ct);
    }
}

/// <summary>Writes to a project's region: beside the worker, which writes down how far it has come.</summary>
internal static class IgnoreLedger
{
    private const int Tries = 8;

    public static async Task<bool> IsMissingAsync(PortalDb db, Actor actor, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return !await context.Projects.AnyAsync(p => p.Id == project, ct);
    }

    public static async Task<Result<ProjectIgnore>> ChangeAsync(
        PortalDb db, Actor actor, ProjectId project, Func<PortalDbContext, ProjectIgnore, Task<Result>> change, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            if (await RescoreRequests.FindAsync(context, project, ct) is not { } region)
                return new ProjectNotFound();
            var changed = await change(context, region);
            if (!changed.Succeeded)
                return changed.Error;
            try
            {
                await context.SaveChangesAsync(ct);
                return region;
            }
            catch (DbUpdateException) when (tried < Tries)
            {
                // The worker went on meanwhile, or somebody else drew: again, on what is there now.
            }
        }
    }
}
