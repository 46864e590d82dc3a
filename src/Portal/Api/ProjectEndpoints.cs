using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary><c>/projects</c>. Deleting needs an owner who is signed in: no key manages.</summary>
public static class ProjectEndpoints
{
    private sealed record Position(string Name);

    public static RouteGroupBuilder MapProjects(this RouteGroupBuilder rest)
    {
        var projects = rest.MapGroup("/projects").WithTags(RestTags.Projects);
        projects.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListProjects", "List projects by name", 400).Produces<RestPage<RestProjectItem>>();
        projects.MapPost("", CreateAsync).Needs(TeamPermissions.Write)
            .Says("CreateProject", "Make an empty project", 400, 409).Produces<RestProject>(StatusCodes.Status201Created);
        projects.MapGet("/{id:guid}", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetProject", "Get a project with its counts and models", 404).Produces<RestProject>();
        projects.MapPatch("/{id:guid}", ChangeAsync).Needs(TeamPermissions.Write)
            .Says("ChangeProject", "Rename, describe, archive or restore a project, set its second reviews, what mistakes cost, how it publishes and which versions it keeps", 400, 404, 409, 412).Produces<RestProject>();
        projects.MapDelete("/{id:guid}", DeleteAsync).Needs(TeamPermissions.Manage)
            .Says("DeleteProject", "Delete a project with everything in it", 400, 404, 409, 412).Produces(StatusCodes.Status204NoContent);
        return rest;
    }

    public static string AddressOf(ProjectId id) => $"{RestGroup.Root}/projects/{id.Value}";

    private static async Task<IResult> ListAsync(
        Actor actor, ListProjects list,
        [Description("true for archived projects, false for the others, left out for both.")] bool? archived,
        [Description("Part of a name, in capitals or not.")] string? search,
        [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<Position>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var cards = await list.PageAsync(actor, new(archived, search, after.Value?.Name, take.Value + 1), ct);
        return TypedResults.Ok(Cursor.Page(cards, take.Value, RestProjectItem.Of, card => new Position(card.Name)));
    }

    private static async Task<IResult> CreateAsync(NewProject body, Actor actor, HttpContext http, CreateProject create, GetProject get, CancellationToken ct)
    {
        var created = await create.HandleAsync(actor, new(body.Name, body.Description), ct);
        if (!created.Succeeded)
            return created.Error.ToProblem();
        var got = await get.HandleAsync(actor, created.Value, ct);
        return got.Succeeded ? http.CreatedAt(AddressOf(created.Value), RestProject.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetProject get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new ProjectId(id), ct);
        return got.Succeeded ? http.Tagged(RestProject.Of(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, ProjectChange body, Actor actor, HttpContext http, ChangeProject change, GetProject get, CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var changed = await change.HandleAsync(actor, new(
            new ProjectId(id), body.Name, body.Description, body.Archived, expected.Value, body.Review?.Share, body.Review?.Uncertain, body.Costs, body.ApprovalNeeded,
            body.Keep is { } keep ? new ChangeProject.Kept(keep.Versions, keep.Days) : null), ct);
        return changed.Succeeded ? await GetAsync(id, actor, http, get, ct) : changed.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, [Description("The project's name, to confirm.")] string? name, Actor actor, HttpContext http, DeleteProject delete, GetProject get,
        CancellationToken ct)
    {
        var expected = await ExpectAsync(id, actor, http, get, ct);
        if (!expected.Succeeded)
            return expected.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, new(new ProjectId(id), name, expected.Value), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static Task<Result<Guid?>> ExpectAsync(Guid id, Actor actor, HttpContext http, GetProject get, CancellationToken ct) => EntityTags.ExpectAsync(
        http, () => get.HandleAsync(actor, new ProjectId(id), ct), RestProject.Of, answer => answer.Project.ConcurrencyStamp, new ProjectChanged());
}
