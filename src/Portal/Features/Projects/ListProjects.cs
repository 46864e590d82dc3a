using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>The team's projects with what a card shows of each.</summary>
public sealed class ListProjects(PortalDb db) : IUseCase
{
    public sealed record Card(
        ProjectId Id, string Name, string Description, bool IsSample, int Shots, int TestImages, int? ModelVersion,
        double? ImageAuroc, RunStatus? LastRun, ImageId? Cover, DateTimeOffset CreatedAt);

    public async Task<IReadOnlyList<Card>> HandleAsync(Actor actor, bool archived, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var projects = await context.Projects.AsNoTracking()
            .Where(p => (p.ArchivedAt != null) == archived)
            .OrderBy(p => p.Name)
            .ToListAsync(ct);
        var counts = await context.Images.AsNoTracking()
            .GroupBy(i => new { i.ProjectId, i.Split })
            .Select(g => new { g.Key.ProjectId, g.Key.Split, Count = g.Count() })
            .ToListAsync(ct);
        var covers = await context.Images.AsNoTracking()
            .Where(i => i.Split == ImageSplit.Support)
            .OrderBy(i => i.UploadedAt)
            .Select(i => new { i.ProjectId, i.Id })
            .ToListAsync(ct);
        var models = await context.Models.AsNoTracking().ToListAsync(ct);
        var runs = await context.Runs.AsNoTracking().Select(r => new { r.ProjectId, r.Number, r.Status }).ToListAsync(ct);

        return [.. projects.Select(project =>
        {
            var model = models.Where(m => m.ProjectId == project.Id).MaxBy(m => m.Version);
            var run = runs.Where(r => r.ProjectId == project.Id).MaxBy(r => r.Number);
            int Count(ImageSplit split) => counts.FirstOrDefault(c => c.ProjectId == project.Id && c.Split == split)?.Count ?? 0;
            return new Card(
                project.Id, project.Name, project.Description, project.IsSample,
                Count(ImageSplit.Support), Count(ImageSplit.Test), model?.Version, model?.Metrics?.ImageAuroc,
                run?.Status, covers.FirstOrDefault(c => c.ProjectId == project.Id)?.Id, project.CreatedAt);
        })];
    }
}
