using FewShotAD.Domain.Common;
using FewShotAD.Domain.Marks;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Asks for a project's scores to follow its ignore regions.</summary>
public static class RescoreRequests
{
    private const int Tries = 5;

    /// <summary>Ids asked for in one query.</summary>
    private const int Page = 500;

    /// <summary>
    /// For whoever wrote results: a region that changed between reading it and writing the score is seen here, and one that changes
    /// after this look finds the results written.
    /// </summary>
    public static async Task CheckAsync(PortalDb db, TenantId tenant, ProjectId project, IReadOnlyList<ImageId> images, CancellationToken ct)
    {
        await using (var context = db.ForTenant(tenant))
        {
            var region = await IgnoredPixels.OfProjectAsync(context, project, ct);
            var stale = false;
            foreach (var ids in images.Chunk(Page))
            {
                var marks = await context.Results.AsNoTracking()
                    .Where(r => r.ProjectId == project && ids.Contains(r.ImageId))
                    .Join(context.Images, r => r.ImageId, i => i.Id, (r, i) => new { r.IgnoreMark, i.Ignore })
                    .Where(row => row.IgnoreMark != null || row.Ignore != null || region != null)
                    .ToListAsync(ct);
                stale |= marks.Any(row => row.IgnoreMark != IgnoreMark.Of(row.Ignore, region));
            }

            if (!stale)
                return;
        }

        await AskAsync(db, tenant, project, ct);
    }

    private static async Task AskAsync(PortalDb db, TenantId tenant, ProjectId id, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = db.ForTenant(tenant);
            if (await FindAsync(context, id, ct) is not { } region)
                return; // the project was deleted
            region.Rescore(await context.Results.CountAsync(r => r.ProjectId == id, ct));
            try
            {
                await context.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateException) when (tried < Tries)
            {
                // Somebody else changed or made the row: again, on what is there now.
            }
        }
    }

    /// <summary>The project's row, tracked; a new one when it has none, null without a project.</summary>
    public static async Task<ProjectIgnore?> FindAsync(PortalDbContext context, ProjectId id, CancellationToken ct)
    {
        if (await context.IgnoreRegions.FirstOrDefaultAsync(region => region.ProjectId == id, ct) is { } known)
            return known;
        if (await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct) is not { } project)
            return null;
        var made = ProjectIgnore.Of(project);
        context.IgnoreRegions.Add(made);
        return made;
    }
}
