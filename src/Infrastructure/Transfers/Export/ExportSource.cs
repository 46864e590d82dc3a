using System.Runtime.CompilerServices;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>An image with what a model says of it, and a person, if one has.</summary>
public sealed record ScoredRow(InspectionImage Image, ScoredImage Result, Review? Review = null);

/// <summary>The verdict that counts, with the name of who gave it.</summary>
public sealed record Review(ReviewVerdict Verdict, string By);

/// <summary>
/// The rows of one export, a page at a time and in an order that the data alone decides: by name, then by content. Ids would order
/// a restored project differently. A page begins after the last row of the one before, so that nothing is read twice or held.
/// </summary>
public sealed class ExportSource(PortalDb db, IBlobStore blobs, Project project, TrainedModel? model, ExportChoice choice)
{
    private const int PageSize = 500;

    public Project Project => project;

    /// <summary>Whose results are listed; null where there is none.</summary>
    public TrainedModel? Model => model;

    public ExportChoice Choice => choice;

    public async Task<int> CountImagesAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(project.TenantId);
        return await Images(context).CountAsync(ct);
    }

    public async Task<int> CountResultsAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(project.TenantId);
        return await context.Results.CountAsync(r => r.ProjectId == project.Id, ct);
    }

    public async Task<IReadOnlyList<TrainedModel>> ModelsAsync(CancellationToken ct)
    {
        await using var context = db.ForTenant(project.TenantId);
        return await context.Models.AsNoTracking().Where(m => m.ProjectId == project.Id).OrderBy(m => m.Version).ToListAsync(ct);
    }

    public async Task<T> ReadAsync<T>(Func<PortalDbContext, Task<T>> read)
    {
        await using var context = db.ForTenant(project.TenantId);
        return await read(context);
    }

    public async IAsyncEnumerable<InspectionImage> ImagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var page in PagesAsync(ct))
        {
            foreach (var image in page)
                yield return image;
        }
    }

    /// <summary>What <paramref name="of"/> says of the project's images, less what the choice leaves out.</summary>
    /// <remarks>
    /// A page of images and then their results, without a join: where PostgreSQL takes many rows for one, because they have just come or because it does not
    /// know that a model belongs to one team, it goes through all results for each image.
    /// </remarks>
    public async IAsyncEnumerable<ScoredRow> ResultsAsync(TrainedModel of, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var images in PagesAsync(ct))
        {
            var ids = images.Select(image => image.Id).ToList();
            List<ScoredRow> page;
            await using (var context = db.ForTenant(project.TenantId))
            {
                var results = await Results(context, of).Where(result => ids.Contains(result.ImageId)).ToDictionaryAsync(result => result.ImageId, ct);
                page = [.. images.Where(image => results.ContainsKey(image.Id)).Select(image => new ScoredRow(image, results[image.Id]))];
                page = await ReviewedAsync(context, page, ct);
            }

            foreach (var row in page)
                yield return row;
        }
    }

    private async IAsyncEnumerable<List<InspectionImage>> PagesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (List<InspectionImage> page = []; ;)
        {
            var last = page.Count == 0 ? null : page[^1];
            await using (var context = db.ForTenant(project.TenantId))
                page = await After(Images(context), last).OrderBy(i => i.Name).ThenBy(i => i.Sha256).Take(PageSize).ToListAsync(ct);
            yield return page;
            if (page.Count < PageSize)
                yield break;
        }
    }

    private static async Task<List<ScoredRow>> ReviewedAsync(PortalDbContext context, List<ScoredRow> page, CancellationToken ct)
    {
        var ids = page.Select(row => row.Result.Id).ToList();
        var verdicts = await CountingVerdicts.OfAsync(context, ids, ct);
        if (verdicts.Count == 0)
            return page;
        var names = await ReviewNames.OfAsync(context, verdicts.Values.Select(v => v.GivenBy), ct);
        return
        [
            .. page.Select(row => verdicts.TryGetValue(row.Result.Id, out var verdict)
                ? row with { Review = new Review(verdict, names.GetValueOrDefault(verdict.GivenBy, "")) }
                : row),
        ];
    }

    /// <summary>Opens a file of the export; one that is missing would make the export incomplete without a word.</summary>
    /// <exception cref="ExportFileMissingException">It is not stored.</exception>
    public async Task<Stream> OpenAsync(BlobKey key, string name, CancellationToken ct) =>
        await blobs.OpenReadAsync(project.TenantId, key, ct) ?? throw new ExportFileMissingException(new FileOfExportMissing(name));

    /// <summary>For files that retention may have removed.</summary>
    public Task<Stream?> TryOpenAsync(BlobKey key, CancellationToken ct) => blobs.OpenReadAsync(project.TenantId, key, ct);

    private IQueryable<InspectionImage> Images(PortalDbContext context)
    {
        var images = context.Images.AsNoTracking().Where(i => i.ProjectId == project.Id);
        return choice.Label is { } label ? images.Where(i => i.Label == label) : images;
    }

    private IQueryable<ScoredImage> Results(PortalDbContext context, TrainedModel of)
    {
        var results = context.Results.AsNoTracking().Where(r => r.ModelId == of.Id);
        if (choice.Verdict is { } verdict)
            results = NarrowedResults.Judged(results, verdict, of.Calibration);
        return choice.Filter is { } filter ? NarrowedResults.Of(results, filter, of.Calibration) : results;
    }

    private static IQueryable<InspectionImage> After(IQueryable<InspectionImage> images, InspectionImage? last)
    {
        if (last is null)
            return images;
        var (name, sha256) = (last.Name, last.Sha256);
        // Translated to the database's own comparison, the one that orders the rows.
#pragma warning disable CA1309 // an ordinal comparison has no translation
        return images.Where(i => string.Compare(i.Name, name) > 0 || (i.Name == name && string.Compare(i.Sha256, sha256) > 0));
#pragma warning restore CA1309
    }
}

/// <summary>Ends an export that would otherwise leave something out.</summary>
public sealed class ExportFileMissingException(Error error) : IOException(error.Message)
{
    public Error Error => error;
}
