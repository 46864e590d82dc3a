using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>The team's projects with what a card shows of each.</summary>
public sealed class ListProjects(PortalDb db) : IUseCase
{
    /// <param name="Archived">Null for both kinds.</param>
    /// <param name="Search">Part of a name; null or empty for all.</param>
    /// <param name="After">The name that the last page ended with; names are unique in a team.</param>
    public sealed record Request(bool? Archived, string? Search, string? After, int Take);

    public sealed record Card(
        ProjectId Id, string Name, string Description, bool IsSample, int Shots, int TestImages, int? ModelVersion,
        double? ImageAuroc, RunStatus? LastRun, ImageId? Cover, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt, int? PublishedVersion);

    public async Task<IReadOnlyList<Card>> HandleAsync(Actor actor, bool archived, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await CardsAsync(context, Of(context, archived).OrderBy(p => p.Name), ct);
    }

    public async Task<IReadOnlyList<Card>> PageAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var projects = Of(context, request.Archived);
        if (!string.IsNullOrWhiteSpace(request.Search))
            projects = projects.Where(p => NameSearch.Fits(p.Name, NameSearch.Pattern(request.Search)));
        // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
        if (request.After is { } after)
            projects = projects.Where(p => string.Compare(p.Name, after) > 0);
#pragma warning restore CA1309
        return await CardsAsync(context, projects.OrderBy(p => p.Name).Take(request.Take), ct);
    }

    private static IQueryable<Project> Of(PortalDbContext context, bool? archived) => context.Projects.AsNoTracking()
        .Where(p => archived == null || (p.ArchivedAt != null) == archived);

    private static async Task<IReadOnlyList<Card>> CardsAsync(PortalDbContext context, IQueryable<Project> chosen, CancellationToken ct)
    {
        var projects = await chosen.ToListAsync(ct);
        var ids = projects.Select(p => p.Id).ToList();
        var counts = await context.Images.AsNoTracking()
            .Where(i => ids.Contains(i.ProjectId))
            .GroupBy(i => new { i.ProjectId, i.Split })
            .Select(g => new { g.Key.ProjectId, g.Key.Split, Count = g.Count() })
            .ToListAsync(ct);
        var covers = await context.Images.AsNoTracking()
            .Where(i => ids.Contains(i.ProjectId) && i.Split == ImageSplit.Support)
            .OrderBy(i => i.UploadedAt)
            .Select(i => new { i.ProjectId, i.Id })
            .ToListAsync(ct);
        var models = await context.Models.AsNoTracking().Where(m => ids.Contains(m.ProjectId)).ToListAsync(ct);
        var runs = await context.Runs.AsNoTracking().Where(r => ids.Contains(r.ProjectId) && r.StudyId == null && r.TrainsRegistration == null).Select(r => new { r.ProjectId, r.Number, r.Status }).ToListAsync(ct);

        return [.. projects.Select(project =>
        {
            var model = models.Where(m => m.ProjectId == project.Id).MaxBy(m => m.Version);
            var run = runs.Where(r => r.ProjectId == project.Id).MaxBy(r => r.Number);
            int Count(ImageSplit split) => counts.FirstOrDefault(c => c.ProjectId == project.Id && c.Split == split)?.Count ?? 0;
            return new Card(
                project.Id, project.Name, project.Description, project.IsSample,
                Count(ImageSplit.Support), Count(ImageSplit.Test), model?.Version, model?.Metrics?.ImageAuroc,
                run?.Status, covers.FirstOrDefault(c => c.ProjectId == project.Id)?.Id, project.CreatedAt, project.ArchivedAt,
                models.FirstOrDefault(m => m.Id == project.PublishedModelId)?.Version);
        })];
    }
}
