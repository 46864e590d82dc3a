using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>A project with the counts that its pages show everywhere.</summary>
public sealed class GetProject(PortalDb db) : IUseCase
{
    public sealed record Answer(Project Project, int Shots, int TestImages, int Unassigned, TrainedModel? LatestModel, TrainedModel? PublishedModel)
    {
        public int Images => Shots + TestImages + Unassigned;
    }

    public async Task<Result<Answer>> HandleAsync(Actor actor, ProjectId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project is null)
            return new ProjectNotFound();
        var counts = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == id)
            .GroupBy(i => i.Split)
            .Select(g => new { Split = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Split, g => g.Count, ct);
        var model = await context.Models.AsNoTracking()
            .Where(m => m.ProjectId == id)
            .OrderByDescending(m => m.Version)
            .FirstOrDefaultAsync(ct);
        var published = project.PublishedModelId is { } chosen
            ? await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == chosen, ct)
            : null;
        return new Answer(
            project,
            counts.GetValueOrDefault(ImageSplit.Support),
            counts.GetValueOrDefault(ImageSplit.Test),
            counts.GetValueOrDefault(ImageSplit.Unassigned),
            model,
            published);
    }
}
