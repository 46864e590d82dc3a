using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace FewShotAD.Portal.Api;

/// <summary><c>PUT /images/{id}/mask</c>: ground truth as the request's whole body.</summary>
public static class MaskEndpoint
{
    private const string Png = "image/png";
    private const int MaskBytes = 64 * 1024 * 1024;
    private const int InMemory = 64 * 1024;

    public static void MapMask(this IEndpointRouteBuilder rest) => rest.MapPut("/images/{id:guid}/mask", PutAsync)
        .Needs(TeamPermissions.Write).WithTags(RestTags.Images)
        .Says("PutImageMask", "Set an image's ground truth: a PNG of its size, not black where the defect is", 400, 404, 409, 413, 415)
        .Accepts<Stream>(Png).Produces<RestImage>()
        .WithMetadata(new RequestSizeLimitAttribute(MaskBytes));

    private static async Task<IResult> PutAsync(Guid id, Actor actor, HttpContext http, AttachMask attach, GetImage get, CancellationToken ct)
    {
        // The decoder goes back and forth, which a request's body cannot; what is large lies on disk, below DataDirectory.
        await using var content = new FileBufferingReadStream(http.Request.Body, InMemory);
        await content.DrainAsync(ct);
        if (content.Length == 0)
            return new NoMask().ToProblem();
        content.Position = 0;
        var attached = await attach.HandleAsync(actor, new(new ImageId(id), content), ct);
        if (!attached.Succeeded)
            return attached.Error.ToProblem();
        var image = await get.HandleAsync(actor, new ImageId(id), ct);
        return image.Succeeded ? http.Tagged(RestImage.Of(image.Value)) : image.Error.ToProblem();
    }

    private sealed record NoMask() : Error(ErrorKind.Invalid, "mask.none", "The request has no body. Send the mask as a PNG with Content-Type image/png.");
}
