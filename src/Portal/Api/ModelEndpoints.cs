using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <param name="DataHash">SHA-256 over the support images.</param>
/// <param name="CodeVersion">Of the program that trained it, with its commit.</param>
/// <param name="LibraryVersions">TorchSharp, libtorch and .NET.</param>
/// <param name="Data">The images it was made with, as they were then: how many, and the hash of the snapshot.</param>
/// <param name="BundleLink">The version as one file, to import elsewhere; <paramref name="FileLink"/> the model alone.</param>
/// <param name="Imported">Where it came from in a bundle; null for one that was trained here.</param>
/// <param name="Reproduction">What came out, for a version that was made to see whether another one comes out again.</param>
/// <param name="StartedBy">Who had it trained; for a schedule whoever made that one.</param>
/// <param name="Cause">Why a schedule had it trained; null when a person did.</param>
public sealed record RestModel(
    Guid Id, Guid ProjectId, int Version, bool IsPublished, Guid RunId, int RunNumber, DateTimeOffset CreatedAt, string DataHash, int Seed,
    string? CodeVersion, string? LibraryVersions, SnapshotFigures Data, Guid StartedBy, string? Cause, long BundleBytes, TrainingRecipe Recipe,
    Calibration Calibration, EvaluationMetrics? Metrics, string BundleLink, string FileLink, ImportedModel? Imported = null, ReproductionOutcome? Reproduction = null)
{
    internal static RestModel Of(ModelState state)
    {
        var model = state.Model;
        return new RestModel(
            model.Id.Value, model.ProjectId.Value, model.Version, state.IsPublished, model.RunId.Value, state.RunNumber, model.CreatedAt, model.DataHash,
            state.Recipe.Seed, state.Origin.CodeVersion, state.Origin.LibraryVersions, state.Origin.Data, state.StartedBy.Value, state.Cause, model.BundleBytes, state.Recipe, model.Calibration, model.Metrics,
            $"{RestGroup.Root}/models/{model.Id.Value}/bundle", $"{RestGroup.Root}/models/{model.Id.Value}/file", state.Origin.Imported, state.Reproduction);
    }
}

/// <param name="Why">For whoever reads it later; may be left out.</param>
public sealed record RestReproduce(string? Why = null);

/// <summary>Models: what they are, their files, which one is published.</summary>
public static class ModelEndpoints
{
    private const string Raw = "application/octet-stream";

    private sealed record Position(int Version);

    public static RouteGroupBuilder MapModels(this RouteGroupBuilder rest)
    {
        rest.MapGet("/projects/{project:guid}/models", ListAsync).Needs(TeamPermissions.Read).WithTags(RestTags.Models)
            .Says("ListModels", "List a project's models, newest first", 400, 404).Produces<RestPage<RestModel>>();
        var one = rest.MapGroup("/models/{id:guid}").WithTags(RestTags.Models);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetModel", "Get a model with its recipe, line and metrics", 404).Produces<RestModel>();
        one.MapGet("/metrics", MetricsAsync).Needs(TeamPermissions.Read)
            .Says("GetModelMetrics", "How good a model is: metrics with intervals, what the line makes of each defect type, whether its shots belong together", 404)
            .Produces<RestModelMetrics>();
        one.MapGet("/bundle", DownloadAsync).Needs(TeamPermissions.Read)
            .Says("GetModelBundle", "The model with its manifest and golden images as one zip, to import into another portal or to reproduce", 404, 409).ProducesFile("application/zip");
        one.MapGet("/file", (Guid id, Pictures files, HttpContext http, CancellationToken ct) =>
                files.SendAsync(http, db => FileAsync(db, new ModelId(id), ct), new ModelNotFound(), ct)).Needs(TeamPermissions.Read)
            .Says("GetModelFile", "The model's file alone, to score with by the command line", 404).ProducesFile(Raw);
        rest.MapPost("/models/{id:guid}:publish", PublishAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("PublishModel", "Make a model the one that results show by default, in place of the one before; a conflict where that needs a second person", 404, 409, 412).Produces<RestModel>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteModel", "Delete a version that nothing refers to, with its results; a conflict says what refers to it", 404, 409, 412)
            .Produces(StatusCodes.Status204NoContent);
        rest.MapPost("/models/{id:guid}:reproduce", ReproduceAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("ReproduceModel", "Queue a run with a version's snapshot and recipe, to see whether the same scores come out", 400, 404, 409, 413, 429)
            .Produces<RestRun>(StatusCodes.Status202Accepted);
        rest.MapPost("/models/{id:guid}:unpublish", UnpublishAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("UnpublishModel", "Take a published model back", 404, 412).Produces<RestModel>();
        return rest;
    }

    private static async Task<IResult> ListAsync(
        Guid project, Actor actor, ListModels list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.PageAsync(actor, new(new ProjectId(project), after.Value?.Version, take.Value + 1), ct);
        return page.Succeeded
            ? TypedResults.Ok(Cursor.Page(page.Value, take.Value, RestModel.Of, state => new Position(state.Model.Version)))
            : page.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetModel get, CancellationToken ct)
    {
        var state = await get.HandleAsync(actor, new ModelId(id), ct);
        return state.Succeeded ? http.Tagged(RestModel.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> MetricsAsync(Guid id, Actor actor, GetEvaluation get, CancellationToken ct)
    {
        var evaluated = await get.OfModelAsync(actor, new ModelId(id), ct);
        return evaluated.Succeeded ? TypedResults.Ok(RestModelMetrics.Of(evaluated.Value)) : evaluated.Error.ToProblem();
    }

    private static async Task<IResult> PublishAsync(Guid id, Actor actor, HttpContext http, PublishModel publish, GetModel get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var published = await publish.HandleAsync(actor, new(new ModelId(id), expected.Value), ct);
        return published.Succeeded ? await GetAsync(id, actor, http, get, ct) : published.Error.ToProblem();
    }

    private static async Task<IResult> UnpublishAsync(Guid id, Actor actor, HttpContext http, UnpublishModel unpublish, GetModel get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var unpublished = await unpublish.HandleAsync(actor, new(new ModelId(id), expected.Value), ct);
        return unpublished.Succeeded ? await GetAsync(id, actor, http, get, ct) : unpublished.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, HttpContext http, DeleteModel delete, GetModel get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, new(new ModelId(id), expected.Value), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> DownloadAsync(Guid id, Actor actor, HttpContext http, GetBundle get, CancellationToken ct)
    {
        var headers = http.Request.GetTypedHeaders();
        var made = await get.HandleAsync(actor, new(new ModelId(id), headers.Range is not null, headers.IfRange?.EntityTag?.Tag.ToString().Trim('"')), ct);
        if (!made.Succeeded)
            return made.Error.ToProblem();
        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Stream(
            made.Value.File, "application/zip", made.Value.Name, entityTag: new EntityTagHeaderValue($"\"{made.Value.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> ReproduceAsync(Guid id, RestReproduce body, Actor actor, ReproduceModel reproduce, GetRunState get, CancellationToken ct)
    {
        var queued = await reproduce.HandleAsync(actor, new ReproduceModel.Request(new ModelId(id), body.Why), ct);
        if (!queued.Succeeded)
            return queued.Error.ToProblem();
        var state = await get.HandleAsync(actor, queued.Value, ct);
        return state.Succeeded ? TypedResults.Accepted($"{RestGroup.Root}/runs/{queued.Value.Value}", RestRun.Of(state.Value)) : state.Error.ToProblem();
    }

    private static Task<Result<Guid?>> ExpectAsync(Guid id, Actor actor, HttpContext http, GetModel get, CancellationToken ct) => EntityTags.ExpectAsync(
        http, () => get.HandleAsync(actor, new ModelId(id), ct), RestModel.Of, state => state.ProjectStamp, new ModelChanged());

    private static async Task<StoredFile?> FileAsync(PortalDbContext db, ModelId id, CancellationToken ct)
    {
        var found = await db.Models.AsNoTracking()
            .Where(m => m.Id == id)
            .Join(db.Projects, m => m.ProjectId, p => p.Id, (m, p) => new { m.Bundle, m.Version, p.Name })
            .FirstOrDefaultAsync(ct);
        // A resumed run writes its model again.
        return found is null ? null : new StoredFile(found.Bundle, Raw, $"{found.Name} v{found.Version}.fsad") { MayChange = true };
    }
}
