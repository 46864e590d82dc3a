using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>
/// Takes scores again from their stored maps after an ignore region has changed. Done twice it changes nothing: a score whose mark is
/// the present one is left alone.
/// </summary>
public sealed class Rescoring(PortalDb db, IBlobStore blobs, IgnoredPixels pixels, ILogger<Rescoring> log)
{
    /// <summary>Results that are looked at before it is written down how far the work has come.</summary>
    public const int PageSize = 100;

    private const int Tries = 5;

    /// <summary>The scores of one image, at once: it has one per model.</summary>
    public async Task ImageAsync(TenantId tenant, ImageId image, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = db.ForTenant(tenant);
            var results = await context.Results.Where(r => r.ImageId == image).OrderBy(r => r.Id).ToListAsync(ct);
            if (results.Count == 0)
                return;
            await TakeAsync(context, results[0].ProjectId, results, ct);
            try
            {
                await context.SaveChangesAsync(ct);
                return;
            }
            catch (DbUpdateConcurrencyException) when (tried < Tries)
            {
                // Somebody scored the image anew meanwhile: again, from the new map.
            }
        }
    }

    /// <summary>The next results of a project. What was done and how far it came is written together, or neither.</summary>
    /// <returns>Whether there may be more.</returns>
    public async Task<bool> StepAsync(TenantId tenant, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var region = await context.IgnoreRegions.FirstOrDefaultAsync(r => r.ProjectId == project && r.IsRescoring, ct);
        if (region is null)
            return false;
        var results = context.Results.Where(r => r.ProjectId == project);
        if (region.Next is { } behind)
            results = results.Where(r => r.Id > behind);
        var page = await results.OrderBy(r => r.Id).Take(PageSize).ToListAsync(ct);
        await TakeAsync(context, project, page, ct);
        region.Advance(page.Count < PageSize ? null : page[^1].Id, page.Count);
        try
        {
            await context.SaveChangesAsync(ct);
            return region.IsRescoring;
        }
        catch (DbUpdateConcurrencyException)
        {
            // The region changed or the work was stopped, or a result was scored anew: the next step sees it.
            return true;
        }
    }

    private async Task TakeAsync(PortalDbContext context, ProjectId project, List<ScoredImage> results, CancellationToken ct)
    {
        var (imageIds, runIds) = (results.Select(r => r.ImageId).Distinct().ToList(), results.Select(r => r.RunId).Distinct().ToList());
        var own = await context.Images.AsNoTracking().Where(i => imageIds.Contains(i.Id)).Select(i => new { i.Id, i.Ignore }).ToDictionaryAsync(i => i.Id, i => i.Ignore, ct);
        var region = await IgnoredPixels.OfProjectAsync(context, project, ct);
        var stale = results.Where(r => r.IgnoreMark != IgnoreMark.Of(own[r.ImageId], region)).ToList();
        if (stale.Count == 0)
            return;
        var recipes = await context.Runs.AsNoTracking().Where(r => runIds.Contains(r.Id)).Select(r => new { r.Id, r.Recipe }).ToDictionaryAsync(r => r.Id, r => r.Recipe, ct);
        foreach (var result in stale)
            await TakeAsync(result, ScoreReduction.WindowOf(recipes[result.RunId].Method), own[result.ImageId], region, ct);
    }

    private async Task TakeAsync(ScoredImage result, int window, BlobKey? own, BlobKey? region, CancellationToken ct)
    {
        if (IgnoreMark.Of(own, region) is not { } mark)
        {
            result.CountAll();
            return;
        }

        try
        {
            await using var stored = await blobs.OpenReadAsync(result.TenantId, result.Map, ct);
            if (stored is null)
            {
                log.LogWarning("The map of result {Result} is not stored any more: its score stays as it is", result.Id);
                return;
            }

            using var map = new MemoryStream();
            await stored.CopyToAsync(map, ct);
            if (await pixels.ScoreAsync(result.TenantId, map.ToArray(), window, own, region, ct) is { } score)
                result.Leave(mark, score);
            else
                log.LogWarning("An ignore region of result {Result} is not stored: its score stays as it is", result.Id);
        }
        catch (InvalidDataException e)
        {
            log.LogWarning(e, "The map of result {Result} cannot be read: its score stays as it is", result.Id);
        }
    }
}
