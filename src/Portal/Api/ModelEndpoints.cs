using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Api;

/// <param name="DataHash">SHA-256 over the support images.</param>
/// <param name="CodeVersion">Of the program that trained it, with its commit.</param>
/// <param name="LibraryVersions">TorchSharp, libtorch and .NET.</param>
/// <param name="Data">The images it was made with, as they were then: how many, and the hash of the snapshot.</param>
/// <param name="StartedBy">Who had it trained; for a schedule whoever made that one.</param>
/// <param name="Cause">Why a schedule had it trained; null when a person did.</param>
public sealed record RestModel(
    Guid Id, Guid ProjectId, int Version, bool IsPublished, Guid RunId, int RunNumber, DateTimeOffset CreatedAt, string DataHash, int Seed,
    string? CodeVersion, string? LibraryVersions, SnapshotFigures Data, Guid StartedBy, string? Cause, long BundleBytes, TrainingRecipe Recipe,
    Calibration Calibration, EvaluationMetrics? Metrics, string BundleLink)
{
    internal static RestModel Of(ModelState state)
    {
        var model = state.Model;
        return new RestModel(
            model.Id.Value, model.ProjectId.Value, model.Version, state.IsPublished, model.RunId.Value, state.RunNumber, model.CreatedAt, model.DataHash,
            state.Recipe.Seed, state.Origin.CodeVersion, state.Origin.LibraryVersions, state.Origin.Data, state.StartedBy.Value, state.Cause, model.BundleBytes, state.Recipe, model.Calibration, model.Metrics,
            $"{RestGroup.Root}/models/{model.Id.Value}/bundle");
    }
}

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
        one.MapGet("/bundle", (Guid id, Pictures files, HttpContext http, CancellationToken ct) =>
                files.SendAsync(http, db => BundleAsync(db, new ModelId(id), ct), new ModelNotFound(), ct)).Needs(TeamPermissions.Read)
            .Says("GetModelBundle", "The model's file, to score with elsewhere", 404).ProducesFile(Raw);
        rest.MapPost("/models/{id:guid}:publish", PublishAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Models)
            .Says("PublishModel", "Make a model the one that results show by default, in place of the one before; a conflict where that needs a second person", 404, 409, 412).Produces<RestModel>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteModel", "Delete a version that nothing refers to, with its results; a conflict says what refers to it", 404, 409, 412)
            .Produces(StatusCodes.Status204NoContent);
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

    private static Task<Result<Guid?>> ExpectAsync(Guid id, Actor actor, HttpContext http, GetModel get, CancellationToken ct) => EntityTags.ExpectAsync(
        http, () => get.HandleAsync(actor, new ModelId(id), ct), RestModel.Of, state => state.ProjectStamp, new ModelChanged());

    private static async Task<StoredFile?> BundleAsync(PortalDbContext db, ModelId id, CancellationToken ct)
    {
        var found = await db.Models.AsNoTracking()
            .Where(m => m.Id == id)
            .Join(db.Projects, m => m.ProjectId, p => p.Id, (m, p) => new { m.Bundle, m.Version, p.Name })
            .FirstOrDefaultAsync(ct);
        // A resumed run writes its model again.
        return found is null ? null : new StoredFile(found.Bundle, Raw, $"{found.Name} v{found.Version}.fsad") { MayChange = true };
    }
}
