using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

public enum ImageOrder
{
    Name,
    Newest,
    Oldest,
}

/// <summary>Where a list of images goes on.</summary>
public sealed record ImagePosition(ImageOrder Order, string Name, DateTimeOffset UploadedAt, Guid Id);

/// <summary>A project's images, by page number for people and by position for programs.</summary>
public sealed class ListImages(PortalDb db) : IUseCase
{
    public sealed record Request(
        ProjectId Project, ImageSplit? Split = null, ImageLabel? Label = null, string? Search = null, int Skip = 0, int Take = 100, string? DefectType = null);

    public sealed record Item(
        ImageId Id, string Name, int Width, int Height, ImageSplit Split, ImageLabel Label, string? DefectType, bool HasMask);

    public sealed record Answer(IReadOnlyList<Item> Items, int Total);

    /// <summary>Normal shots, then the test set, then the rest, each by name.</summary>
    public async Task<Answer> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var images = Filtered(context, request);
        var total = await images.CountAsync(ct);
        var items = await Ordered(images)
            .Skip(request.Skip)
            .Take(request.Take)
            .Select(i => new Item(i.Id, i.Name, i.Width, i.Height, i.Split, i.Label, i.DefectType, i.Mask != null))
            .ToListAsync(ct);
        return new Answer(items, total);
    }

    /// <param name="after">The last image that was given; null at the beginning.</param>
    public async Task<Result<IReadOnlyList<InspectionImage>>> PageAsync(
        Actor actor, Request request, ImageOrder order, ImagePosition? after, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var images = Filtered(context, request);
        if (after is not null)
            images = Behind(images, order, after);
        var ordered = order switch
        {
            ImageOrder.Newest => images.OrderByDescending(i => i.UploadedAt).ThenByDescending(i => i.Id),
            ImageOrder.Oldest => images.OrderBy(i => i.UploadedAt).ThenBy(i => i.Id),
            _ => images.OrderBy(i => i.Name).ThenBy(i => i.Id),
        };
        return Result<IReadOnlyList<InspectionImage>>.Ok(await ordered.Take(request.Take).ToListAsync(ct));
    }

    /// <remarks>Stored by name, Support comes before Test and Test before Unassigned: the order that is wanted, and the index's.</remarks>
    internal static IOrderedQueryable<InspectionImage> Ordered(IQueryable<InspectionImage> images) => images
        .OrderBy(i => i.Split)
        .ThenBy(i => i.Name)
        .ThenBy(i => i.Id);

    internal static IQueryable<InspectionImage> Filtered(PortalDbContext context, Request request)
    {
        var images = context.Images.AsNoTracking().Where(i => i.ProjectId == request.Project);
        if (request.Split is { } split)
            images = images.Where(i => i.Split == split);
        if (request.Label is { } label)
            images = images.Where(i => i.Label == label);
        if (!string.IsNullOrWhiteSpace(request.DefectType))
            images = images.Where(i => i.DefectType == request.DefectType.Trim());
        if (!string.IsNullOrWhiteSpace(request.Search))
            images = images.Where(i => NameSearch.Fits(i.Name, NameSearch.Pattern(request.Search)));
        return images;
    }

    /// <summary>A range on the ordered column first, which an index can begin at; the id only breaks its ties.</summary>
    private static IQueryable<InspectionImage> Behind(IQueryable<InspectionImage> images, ImageOrder order, ImagePosition after)
    {
        var (name, at, id) = (after.Name, after.UploadedAt, new ImageId(after.Id));
        return order switch
        {
            ImageOrder.Newest => images.Where(i => i.UploadedAt <= at && (i.UploadedAt < at || i.Id < id)),
            ImageOrder.Oldest => images.Where(i => i.UploadedAt >= at && (i.UploadedAt > at || i.Id > id)),
            // Translated to the database's own comparison, the one that orders the list.
#pragma warning disable CA1309 // an ordinal comparison has no translation
            _ => images.Where(i => string.Compare(i.Name, name) >= 0 && (string.Compare(i.Name, name) > 0 || i.Id > id)),
#pragma warning restore CA1309
        };
    }
}
