using System.ComponentModel;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Images;

namespace FewShotAD.Portal.Api;

public sealed record ImageLinks(string Original, string View, string Thumbnail, string? Mask);

public sealed record RestImage(
    Guid Id, Guid ProjectId, string Name, string Format, int Width, int Height, long Bytes, string Sha256, ImageSplit Split, ImageLabel Label,
    string? DefectType, bool HasMask, DateTimeOffset UploadedAt, ImageLinks Links)
{
    internal static RestImage Of(InspectionImage image)
    {
        var address = $"{RestGroup.Root}/images/{image.Id.Value}";
        var links = new ImageLinks($"{address}/original", $"{address}/view", $"{address}/thumbnail", image.Mask is null ? null : $"{address}/mask");
        return new RestImage(
            image.Id.Value, image.ProjectId.Value, image.Name, image.Format, image.Width, image.Height, image.Bytes, image.Sha256, image.Split, image.Label,
            image.DefectType, image.Mask is not null, image.UploadedAt, links);
    }
}

/// <summary>A field that is left out stays as it is.</summary>
public sealed record ImageChange(ImageSplit? Split = null, ImageLabel? Label = null, string? DefectType = null);

/// <summary>One change for many images: all of them, or none when one refuses.</summary>
public sealed record ImagesChange(IReadOnlyList<Guid> Ids, ImageSplit? Split = null, ImageLabel? Label = null, string? DefectType = null);

public sealed record ImageSelection(IReadOnlyList<Guid> Ids);

public sealed record ImageFilter(
    Choice<ImageSplit>? Split, Choice<ImageLabel>? Label, [property: Description("A defect type, as it is written.")] string? DefectType,
    [property: Description("Part of a name, in capitals or not.")] string? Search, Choice<ImageOrder>? Order,
    [property: Description(RestText.Limit)] int? Limit, [property: Description(RestText.Cursor)] string? Cursor) : IQueryFilter;
