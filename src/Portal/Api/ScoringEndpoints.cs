using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>
/// One picture in, its score out, on a model that stays warm. Nothing is stored: the map and its heatmap can be fetched for some minutes
/// by the links of the answer, or come with it (<c>?include=map,heatmap</c>). <c>?keep=true</c> stores picture and result.
/// </summary>
public static class ScoringEndpoints
{
    private const string Png = "image/png";
    private const string Raw = "application/octet-stream";
    private const string RetryAfterSeconds = "1";

    public static RouteGroupBuilder MapScoring(this RouteGroupBuilder rest)
    {
        Describe(rest.MapPost("/models/{id:guid}:score", (Guid id, Actor actor, HttpContext http, ScoreImage score, IScoringPictures pictures, string? include, bool? keep, CancellationToken ct) =>
                ScoreAsync(new Wanted(new ModelId(id), null, include, keep ?? false), actor, http, score, pictures, ct)))
            .WithName("ScoreWithModel")
            .WithSummary("Scores one picture with a model.");
        Describe(rest.MapPost("/projects/{id:guid}:score", (Guid id, Actor actor, HttpContext http, ScoreImage score, IScoringPictures pictures, string? include, bool? keep, CancellationToken ct) =>
                ScoreAsync(new Wanted(null, new ProjectId(id), include, keep ?? false), actor, http, score, pictures, ct)))
            .WithName("ScoreWithProject")
            .WithSummary("Scores one picture with the model that speaks for a project.");
        var recent = rest.MapGroup("/scores/{id:guid}").Needs(TeamPermissions.Score).WithTags(RestTags.Scoring);
        recent.MapGet("/map", async (Guid id, Actor actor, HttpContext http, GetRecentScore get, CancellationToken ct) =>
                Send(http, await get.HandleAsync(actor, new ScoreId(id), ct), Raw, map => map.File))
            .WithName("GetScoreMap").WithSummary("The raw map of a recent answer.")
            .ProducesFile(Raw).ProducesProblem(StatusCodes.Status404NotFound);
        recent.MapGet("/heatmap.png", async (Guid id, Actor actor, HttpContext http, GetRecentScore get, IScoringPictures pictures, CancellationToken ct) =>
                Send(http, await get.HandleAsync(actor, new ScoreId(id), ct), Png, map => pictures.Heatmap(map.File, map.Calibration)))
            .WithName("GetScoreHeatmap").WithSummary("The heatmap of a recent answer.")
            .ProducesFile(Png).ProducesProblem(StatusCodes.Status404NotFound);
        return rest;
    }

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint) => endpoint
        .Needs(TeamPermissions.Score)
        .WithTags(RestTags.Scoring)
        .WithMetadata(new RequestSizeLimitAttribute(ScoringBody.RequestBytes), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = ScoringBody.RequestBytes })
        // Told to the document alone: told to the routing, a wrong type would be answered as a wrong address beside :publish.
        .AddOpenApiOperationTransformer(ScoringBody.DescribeAsync)
        .Produces<ScoredPicture>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> ScoreAsync(
        Wanted wanted, Actor actor, HttpContext http, ScoreImage score, IScoringPictures pictures, CancellationToken ct)
    {
        if (wanted.Unknown is { } unknown)
            return new UnknownInclude(unknown).ToProblem();
        var body = await ScoringBody.ReadAsync(http.Request, ct);
        if (!body.Succeeded)
            return body.Error.ToProblem(body.Error is ScoringBody.NoPicture ? StatusCodes.Status415UnsupportedMediaType : null);
        await using var picture = body.Value;
        var scored = await score.HandleAsync(
            actor, new ScoreImage.Request(wanted.Model, wanted.Project, picture.Content, wanted.Keep, picture.Name), ct);
        if (scored.Succeeded)
            return TypedResults.Ok(AnswerOf(scored.Value, wanted, pictures));
        if (scored.Error.Kind is ErrorKind.Unavailable or ErrorKind.TooMany)
            http.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
        return scored.Error.ToProblem();
    }

    private static ScoredPicture AnswerOf(ScoreImage.Answer scored, Wanted wanted, IScoringPictures pictures)
    {
        var (model, line) = (scored.Model, scored.Model.Calibration);
        var root = scored.Kept is { } kept ? $"{RestGroup.Root}/results/{kept.Result.Value}" : $"{RestGroup.Root}/scores/{scored.Recent!.Value.Value}";
        return new ScoredPicture(
            scored.Score, line.Scale(scored.Score), line.Judge(scored.Score),
            new ScoringThresholds(line.CertainlyGood, line.CertainlyDefective, line.PixelThreshold, line.ScaleLow, line.ScaleHigh),
            new ScoringModelName(model.Id.Value, model.Version), scored.Width, scored.Height, scored.Seconds, $"{root}/map", $"{root}/heatmap.png",
            wanted.Includes("map") ? Convert.ToBase64String(scored.Map) : null,
            wanted.Includes("heatmap") ? Convert.ToBase64String(pictures.Heatmap(scored.Map, line)) : null,
            scored.Kept is { } stored ? new KeptPicture(stored.Image.Value, stored.Result.Value) : null);
    }

    private static IResult Send(HttpContext http, Result<RecentScores.Map> found, string type, Func<RecentScores.Map, byte[]> content)
    {
        if (!found.Succeeded)
            return found.Error.ToProblem();
        http.Response.Headers.CacheControl = "private, max-age=600";
        return TypedResults.Bytes(content(found.Value), type);
    }

    private sealed record Wanted(ModelId? Model, ProjectId? Project, string? Include, bool Keep)
    {
        private static readonly string[] Known = ["map", "heatmap"];

        private string[] Words => Include?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

        public string? Unknown => Words.FirstOrDefault(word => !Known.Contains(word, StringComparer.OrdinalIgnoreCase));

        public bool Includes(string word) => Words.Contains(word, StringComparer.OrdinalIgnoreCase);
    }

    private sealed record UnknownInclude(string Word)
        : Error(ErrorKind.Invalid, "score.include", $"“include” does not know “{Word}”: it takes map, heatmap, or both with a comma between them.");
}
