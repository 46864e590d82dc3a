using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>A page of a project's images: normal shots, then the test set, then the rest, each by name.</summary>
public sealed class ListImages(PortalDb db) : IUseCase
{
    public sealed record Request(
        ProjectId Project, ImageSplit? Split = null, ImageLabel? Label = null, string? Search = null, int Skip = 0, int Take = 100);

    public sealed record Item(
        ImageId Id, string Name, int Width, int Height, ImageSplit Split, ImageLabel Label, string? DefectType, bool HasMask);

    public sealed record Answer(IReadOnlyList<Item> Items, int Total);

    public async Task<Answer> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var images = context.Images.AsNoTracking().Where(i => i.ProjectId == request.Project);
        if (request.Split is { } split)
            images = images.Where(i => i.Split == split);
        if (request.Label is { } label)
            images = images.Where(i => i.Label == label);
        if (!string.IsNullOrWhiteSpace(request.Search))
            images = images.Where(i => i.Name.Contains(request.Search.Trim()));
        var total = await images.CountAsync(ct);
        var items = await images
            .OrderBy(i => i.Split == ImageSplit.Unassigned)
            .ThenBy(i => i.Split)
            .ThenBy(i => i.Name)
            .ThenBy(i => i.Id)
            .Skip(request.Skip)
            .Take(request.Take)
            .Select(i => new Item(i.Id, i.Name, i.Width, i.Height, i.Split, i.Label, i.DefectType, i.Mask != null))
            .ToListAsync(ct);
        return new Answer(items, total);
    }
}
