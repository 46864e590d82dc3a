using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Api;

public enum UploadOutcome
{
    Added,
    MaskAttached,
    Duplicate,
    Rejected,
}

/// <param name="Id">The image, or the one that the mask belongs to; null for a file that was not taken.</param>
public sealed record UploadedFile(string Name, UploadOutcome Outcome, Guid? Id, FileError? Error);

public sealed record FileError(string Code, string Message);

public sealed record UploadAnswer(IReadOnlyList<UploadedFile> Items);

/// <summary>The fields of an upload, for the document.</summary>
/// <param name="Path">One per file, in their order: its path in a folder of MVTec layout says split, label and defect type.</param>
public sealed record UploadForm(IFormFileCollection Files, ImageSplit? Split = null, ImageLabel? Label = null, IReadOnlyList<string>? Path = null);

/// <summary>
/// <c>POST /api/v1/projects/{id}/images</c>: multipart <c>files</c> with an optional <c>path</c> per file (its place in an
/// uploaded folder), <c>split</c> and <c>label</c>. Each file has an outcome of its own; a bad one never fails the others.
/// </summary>
public static class UploadEndpoint
{
    /// <summary>One request; a page sends one file a request, a script may send a handful.</summary>
    private const long RequestBytes = 512L * 1024 * 1024;

    public static void MapUpload(this IEndpointRouteBuilder rest) =>
        rest.MapPost("/projects/{project:guid}/images", UploadAsync)
            .Needs(TeamPermissions.Write).WithTags(RestTags.Images)
            .Says("UploadImages", "Upload images and masks; each file has an outcome of its own", 400, 404, 413)
            .Accepts<UploadForm>("multipart/form-data").Produces<UploadAnswer>()
            .WithMetadata(new RequestSizeLimitAttribute(RequestBytes), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = RequestBytes });

    private static async Task<IResult> UploadAsync(
        Guid project, Actor actor, HttpContext http, UploadImage upload, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType)
            return new NoFiles().ToProblem();

        // Files over a few kilobytes are buffered on disk, below DataDirectory: memory stays flat whatever their size.
        var form = await http.Request.ReadFormAsync(ct);
        if (form.Files.Count == 0)
            return new NoFiles().ToProblem();
        if (!TryRead<ImageSplit>(form["split"], out var split) || !TryRead<ImageLabel>(form["label"], out var label))
            return new UnknownChoice().ToProblem();

        var items = new List<UploadedFile>();
        for (var i = 0; i < form.Files.Count; i++)
        {
            var file = form.Files[i];
            var path = form["path"].Count > i ? form["path"][i] : null;
            await using var content = file.OpenReadStream();
            var request = new UploadImage.Request(
                new ProjectId(project), content, string.IsNullOrWhiteSpace(path) ? file.FileName : path, split, label);
            var outcome = await upload.HandleAsync(actor, request, ct);
            // Without the project or the right to write nothing in the request can succeed: answer for the whole. Where there is no
            // more room, what was taken before stays taken, and is told.
            var none = items.All(item => item.Id is null);
            if (outcome.Error is { Kind: ErrorKind.Forbidden } or Domain.Projects.ProjectNotFound || (none && outcome.Error is ImageQuotaReached or StorageQuotaReached))
                return outcome.Error!.ToProblem();
            items.Add(ItemOf(file.FileName, outcome));
        }

        return TypedResults.Ok(new UploadAnswer(items));
    }

    private static UploadedFile ItemOf(string fileName, Result<UploadImage.Answer> outcome)
    {
        if (outcome.Succeeded)
        {
            var kind = outcome.Value.Outcome == UploadImage.Outcome.MaskAttached ? UploadOutcome.MaskAttached : UploadOutcome.Added;
            return new UploadedFile(outcome.Value.Name, kind, outcome.Value.Image.Value, null);
        }

        var error = new FileError(outcome.Error.Code, outcome.Error.Message);
        return new UploadedFile(fileName, outcome.Error is DuplicateImage ? UploadOutcome.Duplicate : UploadOutcome.Rejected, null, error);
    }

    private static bool TryRead<T>(string? text, out T value)
        where T : struct, Enum
    {
        value = default;
        return string.IsNullOrEmpty(text) || (Enum.TryParse(text, ignoreCase: true, out value) && Enum.IsDefined(value));
    }

    private sealed record NoFiles()
        : Error(ErrorKind.Invalid, "upload.none", "The request has no files. Send them as multipart/form-data in the field “files”.");

    private sealed record UnknownChoice()
        : Error(ErrorKind.Invalid, "upload.choice", "“split” is support, test or unassigned; “label” is normal, defective or unknown.");
}
