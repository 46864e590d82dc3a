using System.Buffers.Binary;
using System.ComponentModel;
using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Shared;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>One of two compared models.</summary>
/// <param name="Scored">Images that it has a result of; only those that both have scored are compared.</param>
/// <param name="ImageF1Threshold">The lowest score that reaches F1-max on these images.</param>
/// <param name="Good">What its line makes of the good images.</param>
public sealed record RestComparedModel(
    Guid Id, int Version, int Scored, ResultThresholds Thresholds, double? ImageAuroc, double? ImageAveragePrecision, double? ImageF1Max, double? ImageF1Threshold,
    VerdictCounts Good, VerdictCounts Defective)
{
    internal static RestComparedModel Of(ComparedModel of) => new(
        of.Model.Id.Value, of.Model.Version, of.Scored, new ResultThresholds(of.Model.Calibration.CertainlyGood, of.Model.Calibration.CertainlyDefective),
        of.Ranking?.Auroc, of.Ranking?.AveragePrecision, of.Ranking?.F1Max, of.Ranking?.F1Threshold, of.Good, of.Defective);
}

/// <param name="Images">That both have scored: everything here is about these.</param>
/// <param name="AurocDifference">The second less the first, with its interval by DeLong.</param>
/// <param name="Flipped">Images of which the two say something else.</param>
/// <param name="Better">Those among them whose label speaks for the second.</param>
/// <param name="Worse">Those among them whose label speaks for the first.</param>
/// <param name="Changes">How many images of each label the first calls this and the second that.</param>
public sealed record RestComparison(
    RestComparedModel First, RestComparedModel Second, int Images, int Unlabelled, MetricEstimate AurocDifference, int Flipped, int Better, int Worse,
    IReadOnlyList<VerdictChange> Changes)
{
    internal static RestComparison Of(ModelComparison of) => new(
        RestComparedModel.Of(of.First), RestComparedModel.Of(of.Second), of.Images, of.Unlabelled, MetricEstimate.Of(of.Auroc?.Value, of.Auroc?.Interval),
        of.Flipped, of.Better, of.Worse, of.Changes);
}

/// <param name="IsRight">By the label; null where nothing is known, or where the model leaves it to a person.</param>
/// <param name="Link">The whole result.</param>
public sealed record RestComparedScore(Guid ResultId, double Score, double ScaledScore, Verdict Verdict, bool? IsRight, string Link)
{
    internal static RestComparedScore Of(ComparedScore of) =>
        new(of.Result.Value, of.Score, of.Scaled, of.Verdict, of.IsRight, $"{RestGroup.Root}/results/{of.Result.Value}");
}

/// <param name="Label">Unknown also where the label says nothing about the two: outside the test set, or a shot of one of them.</param>
public sealed record RestComparedImage(Guid ImageId, string ImageName, ImageLabel Label, string? DefectType, RestComparedScore First, RestComparedScore Second)
{
    internal static RestComparedImage Of(ComparedImage of) =>
        new(of.Image.Value, of.Name, of.Label, of.DefectType, RestComparedScore.Of(of.First), RestComparedScore.Of(of.Second));
}

/// <summary>Two versions of a project on the images that both have scored.</summary>
public static class ComparisonEndpoints
{
    private const string Raw = "application/octet-stream";
    private const string With = "The version to compare with; the published one when left out, or the newest other one.";

    /// <summary>Of a point: two scores; label, two verdicts and nothing, a byte each; the result.</summary>
    private const int PointBytes = 4 + 4 + 4 + 16;

    private const int HeaderBytes = 8;

    public static RouteGroupBuilder MapComparisons(this RouteGroupBuilder rest)
    {
        var one = rest.MapGroup("/models/{id:guid}/comparison").WithTags(RestTags.Models);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("CompareModels", "Compare a version with another one on the images that both have scored: metrics, and what their lines make of them", 404, 409)
            .Produces<RestComparison>();
        one.MapGet("/images", ImagesAsync).Needs(TeamPermissions.Read)
            .Says("ListComparedImages", "List images that two versions have scored, by default those of which they say something else, highest score of the second first", 400, 404, 409)
            .Produces<RestPage<RestComparedImage>>();
        one.MapGet("/scores", ScoresAsync).Needs(TeamPermissions.Read)
            .Says("GetComparedScores", "All pairs of scaled scores, binary: “FSCS”, a count, then for each image two float32, four bytes (label: 0 unknown, 1 good, 2 defective; the two verdicts: 0 normal, 1 uncertain, 2 defect; 0) and the id of the second's result", 404, 409)
            .ProducesFile(Raw);
        return rest;
    }

    private static async Task<IResult> GetAsync(Guid id, [Description(With)] Guid? with, Actor actor, CompareModels compare, CancellationToken ct)
    {
        var compared = await compare.OfModelAsync(actor, new ModelId(id), IdOf(with), ct);
        return compared.Succeeded ? TypedResults.Ok(RestComparison.Of(compared.Value)) : compared.Error.ToProblem();
    }

    private static async Task<IResult> ImagesAsync(
        Guid id, [Description(With)] Guid? with, [Description("Which images; flipped when left out.")] Choice<ComparedShow>? show, Actor actor, ListCompared list,
        [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<ComparedPosition>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(new ModelId(id), IdOf(with), show?.Value ?? ComparedShow.Flipped, after.Value, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestComparedImage.Of, image => new ComparedPosition(image.Second.Score, image.Second.Result.Value)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> ScoresAsync(Guid id, [Description(With)] Guid? with, Actor actor, HttpContext http, GetComparedScores get, CancellationToken ct)
    {
        var points = await get.HandleAsync(actor, new(new ModelId(id), IdOf(with)), ct);
        if (!points.Succeeded)
            return points.Error.ToProblem();
        var file = Encode(points.Value);
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(file, Raw, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(file).AsSpan(0, 16))}\""));
    }

    private static ModelId? IdOf(Guid? with) => with is { } id ? new ModelId(id) : null;

    private static byte[] Encode(IReadOnlyList<GetComparedScores.Point> points)
    {
        var file = new byte[HeaderBytes + (PointBytes * points.Count)];
        "FSCS"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), (uint)points.Count);
        var at = HeaderBytes;
        foreach (var point in points)
        {
            var bytes = file.AsSpan(at, PointBytes);
            BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)point.First);
            BinaryPrimitives.WriteSingleLittleEndian(bytes[4..], (float)point.Second);
            bytes[8] = point.Label switch { ImageLabel.Normal => 1, ImageLabel.Defective => 2, _ => 0 };
            (bytes[9], bytes[10]) = ((byte)point.FirstSays, (byte)point.SecondSays);
            // As it is written in addresses: from left to right.
            point.Result.Value.TryWriteBytes(bytes[12..], bigEndian: true, out _);
            at += PointBytes;
        }

        return file;
    }
}
