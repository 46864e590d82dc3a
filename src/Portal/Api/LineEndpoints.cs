using System.Buffers.Binary;
using System.ComponentModel;
using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Shared;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>The line of a model: where it lies and lay, what another one would change, and moving it.</summary>
public static class LineEndpoints
{
    private const string Raw = "application/octet-stream";

    private sealed record Position(int Number);

    public static RouteGroupBuilder MapLines(this RouteGroupBuilder rest)
    {
        var line = rest.MapGroup("/models/{id:guid}/line").WithTags(RestTags.Line);
        line.MapGet("", GetAsync).Needs(TeamPermissions.Read).Says("GetLine", "Get the line in force", 404).Produces<RestLine>();
        line.MapPut("", MoveAsync).Needs(TeamPermissions.Write)
            .Says("MoveLine", "Move the line, with a reason; or see with “preview” what that would change", 400, 404, 409, 412).Produces<LineAnswer>();
        line.MapGet("/versions", VersionsAsync).Needs(TeamPermissions.Read)
            .Says("ListLineVersions", "List the lines that a model has had, newest first", 400, 404).Produces<RestPage<RestLineVersion>>();
        line.MapGet("/options", OptionsAsync).Needs(TeamPermissions.Read)
            .Says("GetLineOptions", "The lines that normals, F1 and the project's costs speak for; none is taken by itself", 404).Produces<LineOptions>();
        line.MapGet("/scores", ScoresAsync).Needs(TeamPermissions.Read)
            .Says("GetLineScores", "All scores of a model: “FSLS”, then as uint32 how many images are good, defective and without a label that counts, then the scores of each in this order as float64, from the lowest, all little-endian", 404)
            .ProducesFile(Raw);
        rest.MapPost("/models/{id:guid}/line:restore", RestoreAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Line)
            .Says("RestoreLine", "Go back to an earlier line, as a new version", 400, 404, 409, 412).Produces<LineAnswer>();
        return rest;
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetLine get, CancellationToken ct)
    {
        var state = await get.OfModelAsync(actor, new ModelId(id), ct);
        return state.Succeeded ? http.Tagged(RestLine.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> MoveAsync(
        Guid id, NewLine body, [Description("true to see what would change, and save nothing.")] bool? preview, Actor actor, HttpContext http,
        MoveLine move, PreviewLine see, GetLine get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        if (preview == true)
        {
            var seen = await see.HandleAsync(actor, new(new ModelId(id), body.T1, body.T2, body.PixelThreshold, LineFlips.MostKept), ct);
            return seen.Succeeded
                ? await AnswerAsync(id, actor, http, get, saved: false, new LineFlips(seen.Value.Flips, Labelled(seen.Value)), ct)
                : seen.Error.ToProblem();
        }

        var moved = await move.HandleAsync(actor, new(new ModelId(id), body.T1, body.T2, body.PixelThreshold, body.Reason, expected.Value), ct);
        return moved.Succeeded
            ? await AnswerAsync(id, actor, http, get, saved: true, moved.Value.Flips, ct)
            : moved.Error.ToProblem();
    }

    private static async Task<IResult> RestoreAsync(
        Guid id, LineRestoring body, Actor actor, HttpContext http, RestoreLine restore, GetLine get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var restored = await restore.HandleAsync(actor, new(new ModelId(id), body.Version, body.Reason, expected.Value), ct);
        return restored.Succeeded
            ? await AnswerAsync(id, actor, http, get, saved: true, restored.Value.Flips, ct)
            : restored.Error.ToProblem();
    }

    private static async Task<IResult> VersionsAsync(
        Guid id, Actor actor, ListLineVersions list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ModelId(id), after.Value?.Number, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestLineVersion.Of, view => new Position(view.Number)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> OptionsAsync(Guid id, Actor actor, GetLineOptions get, CancellationToken ct)
    {
        var options = await get.HandleAsync(actor, new ModelId(id), ct);
        return options.Succeeded ? TypedResults.Ok(options.Value) : options.Error.ToProblem();
    }

    private static async Task<IResult> ScoresAsync(Guid id, Actor actor, HttpContext http, GetLineScores get, CancellationToken ct)
    {
        var scores = await get.HandleAsync(actor, new ModelId(id), ct);
        if (!scores.Succeeded)
            return scores.Error.ToProblem();
        var file = Encode(scores.Value);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(file, Raw, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 16))}\""));
    }

    /// <summary>Numbers to the last bit: counts made of them are those of the server. A header of 16 bytes leaves the rest where a browser can read it in place.</summary>
    private static byte[] Encode(LineScores scores)
    {
        var file = new byte[16 + (8 * scores.Images)];
        "FSLS"u8.CopyTo(file);
        var at = 16;
        foreach (var (number, part) in new[] { scores.Good, scores.Defective, scores.Unlabelled }.Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4 + (4 * number)), (uint)part.Count);
            foreach (var score in part)
            {
                BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(at), score);
                at += sizeof(double);
            }
        }

        return file;
    }

    private static List<FlippedImage> Labelled(LinePreview preview) =>
        [.. preview.Images.Where(image => image.Label != ImageLabel.Unknown).Take(LineFlips.MostKept).Select(image => image.Kept())];

    private static async Task<IResult> AnswerAsync(Guid id, Actor actor, HttpContext http, GetLine get, bool saved, LineFlips flips, CancellationToken ct)
    {
        var state = await get.OfModelAsync(actor, new ModelId(id), ct);
        if (!state.Succeeded)
            return state.Error.ToProblem();
        var line = RestLine.Of(state.Value);
        http.Tag(line);
        return TypedResults.Ok(new LineAnswer(line, saved, flips.Images, flips.Counts, flips.Labelled));
    }

    /// <returns>The version to expect; null where the caller takes the line as it is.</returns>
    private static async Task<Result<int?>> ExpectAsync(Guid id, Actor actor, HttpContext http, GetLine get, CancellationToken ct)
    {
        int? seen = null;
        var expected = await EntityTags.ExpectAsync(
            http, () => get.OfModelAsync(actor, new ModelId(id), ct), RestLine.Of,
            state =>
            {
                seen = state.Line.Number;
                return null;
            },
            new LineNotAsSeen());
        return expected.Succeeded ? Result<int?>.Ok(seen) : expected.Error;
    }

    private sealed record LineNotAsSeen()
        : Error(ErrorKind.Stale, "line.moved", "The line is not as you saw it any more. Read it again, then decide again.");
}
