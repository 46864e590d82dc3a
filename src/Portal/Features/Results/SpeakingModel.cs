using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>The model that speaks for a project where none is named: the published one, and the latest while none is.</summary>
internal static class SpeakingModel
{
    public static async Task<TrainedModel?> OfAsync(PortalDbContext context, ProjectId project, CancellationToken ct)
    {
        var published = await context.Projects.Where(p => p.Id == project).Select(p => p.PublishedModelId).FirstOrDefaultAsync(ct);
        return await context.Models.AsNoTracking()
            .Where(m => m.ProjectId == project)
            .OrderByDescending(m => m.Id == published)
            .ThenByDescending(m => m.Version)
            .FirstOrDefaultAsync(ct);
    }
}
