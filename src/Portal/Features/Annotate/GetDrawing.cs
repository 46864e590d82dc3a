using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>An image with what is needed to draw on it: its neighbours in the list, the defect types of its project, its heatmap.</summary>
public sealed class GetDrawing(PortalDb db) : IUseCase
{
    /// <summary>Types offered; further ones are typed in.</summary>
    private const int MostTypes = 50;

    /// <summary>Of the list that the neighbours are taken from, as the images page has it.</summary>
    public sealed record Request(ImageId Image, ImageSplit? Split = null, string? Search = null);

    /// <param name="Index">In the list, from 0; −1 when the list does not have it.</param>
    /// <param name="Result">What the project's model says of the image; null when it has not scored it.</param>
    public sealed record Answer(
        InspectionImage Image, string ProjectName, int Index, int Total, ImageId? Previous, ImageId? Next, IReadOnlyList<string> Types,
        ScoredImage? Result, TrainedModel? Model);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var image = await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.Id == request.Image, ct);
        if (image is null)
            return new ImageNotFound();
        var project = await context.Projects.AsNoTracking().Where(p => p.Id == image.ProjectId).Select(p => p.Name).FirstAsync(ct);
        var list = ListImages.Filtered(context, new ListImages.Request(image.ProjectId, request.Split, Search: request.Search));
        var total = await list.CountAsync(ct);
        var index = await IndexAsync(list, image, ct);
        var around = index < 0 ? [] : await ListImages.Ordered(list).Skip(Math.Max(0, index - 1)).Take(index == 0 ? 2 : 3).Select(i => i.Id).ToListAsync(ct);
        var at = around.IndexOf(image.Id);
        var types = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == image.ProjectId && i.DefectType != null)
            .GroupBy(i => i.DefectType!)
            .OrderByDescending(group => group.Count())
            .Select(group => group.Key)
            .Take(MostTypes)
            .ToListAsync(ct);
        var model = await SpeakingModel.OfAsync(context, image.ProjectId, ct);
        var result = model is null ? null : await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.ModelId == model.Id && r.ImageId == image.Id, ct);
        return new Answer(
            image, project, index, total, at > 0 ? around[at - 1] : null, at >= 0 && at < around.Count - 1 ? around[at + 1] : null,
            [.. types.Order(StringComparer.CurrentCulture)], result, model);
    }

    private static async Task<int> IndexAsync(IQueryable<InspectionImage> list, InspectionImage image, CancellationToken ct)
    {
        ImageSplit[] order = [ImageSplit.Support, ImageSplit.Test, ImageSplit.Unassigned];
        var earlier = order[..Array.IndexOf(order, image.Split)];
        // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
        var before = await list.CountAsync(i => earlier.Contains(i.Split) || (i.Split == image.Split && string.Compare(i.Name, image.Name) < 0), ct);
#pragma warning restore CA1309
        // Ties are listed by id, and the database compares ids as they are stored: they are counted from the list itself.
        var tied = await list.Where(i => i.Split == image.Split && i.Name == image.Name).OrderBy(i => i.Id).Select(i => i.Id).ToListAsync(ct);
        var among = tied.IndexOf(image.Id);
        return among < 0 ? -1 : before + among;
    }
}
