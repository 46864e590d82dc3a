using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>Registration models: train over several projects, follow, cancel, delete. <c>StartRun</c> uses one.</summary>
public static class RegistrationEndpoints
{
    public static RouteGroupBuilder MapRegistrations(this RouteGroupBuilder rest)
    {
        var all = rest.MapGroup("/registrations").WithTags(RestTags.Registrations);
        all.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .Says("ListRegistrations", "List the team's registration models, newest first", 400).Produces<RestPage<RestRegistration>>();
        all.MapPost("", TrainAsync).Needs(TeamPermissions.Write)
            .Says("TrainRegistration", "Queue the training of a registration model over several projects", 400, 404, 409).Produces<RestRegistration>(StatusCodes.Status201Created);
        var one = rest.MapGroup("/registrations/{id:guid}").WithTags(RestTags.Registrations);
        one.MapGet("", GetAsync).Needs(TeamPermissions.Read)
            .Says("GetRegistration", "Get a registration model, how its training fares and who uses it", 404).Produces<RestRegistration>();
        one.MapDelete("", DeleteAsync).Needs(TeamPermissions.Write)
            .Says("DeleteRegistration", "Delete a registration model that nothing refers to, with its run", 404, 409).Produces(StatusCodes.Status204NoContent);
        rest.MapPost("/registrations/{id:guid}:cancel", CancelAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Registrations)
            .Says("CancelRegistration", "Cancel the training of a registration model", 404, 409).Produces<RestRegistration>();
        return rest;
    }

    private static async Task<IResult> ListAsync(
        Actor actor, ListRegistrations list, [Description(RestText.Limit)] int? limit, [Description(RestText.Cursor)] string? cursor, CancellationToken ct)
    {
        var (take, after) = (Cursor.Limit(limit), Cursor.Read<RegistrationPosition>(cursor));
        if (take.Error is not null || after.Error is not null)
            return (take.Error ?? after.Error)!.ToProblem();
        var page = await list.HandleAsync(actor, new(after.Value, take.Value + 1), ct);
        return TypedResults.Ok(Cursor.Page(page, take.Value, RestRegistration.Of, state => new RegistrationPosition(state.Model.CreatedAt, state.Model.Id.Value)));
    }

    private static async Task<IResult> TrainAsync(
        NewRegistration body, Actor actor, HttpContext http, TrainRegistration train, GetRegistration get, CancellationToken ct)
    {
        if (body.Recipe?.Registration is not null)
            return new RegistrationRecipeFixed().ToProblem();
        var made = await train.HandleAsync(
            actor, new(body.Name, [.. (body.Projects ?? []).Select(id => new ProjectId(id))], (body.Recipe ?? new NewRun()).ToRecipe()), ct);
        if (!made.Succeeded)
            return made.Error.ToProblem();
        var state = await get.HandleAsync(actor, made.Value, ct);
        return state.Succeeded ? http.CreatedAt($"{RestGroup.Root}/registrations/{made.Value.Value}", RestRegistration.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, HttpContext http, GetRegistration get, CancellationToken ct)
    {
        var state = await get.HandleAsync(actor, new RegistrationId(id), ct);
        return state.Succeeded ? http.Tagged(RestRegistration.Of(state.Value)) : state.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, DeleteRegistration delete, CancellationToken ct)
    {
        var deleted = await delete.HandleAsync(actor, new RegistrationId(id), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> CancelAsync(Guid id, Actor actor, HttpContext http, CancelRegistration cancel, GetRegistration get, CancellationToken ct)
    {
        var cancelled = await cancel.HandleAsync(actor, new RegistrationId(id), ct);
        return cancelled.Succeeded ? await GetAsync(id, actor, http, get, ct) : cancelled.Error.ToProblem();
    }
}
