using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>Exports: asked for, looked at until they are there, fetched in one piece or several.</summary>
public static class ExportEndpoints
{
    /// <param name="Model">Whose results; the published one when left out, the latest while none is.</param>
    /// <param name="Verdict">Only results with this verdict.</param>
    /// <param name="Label">Only images with this label.</param>
    /// <param name="Maps">Whether a backup brings maps and heatmaps along; true when left out.</param>
    /// <param name="Filter">What else csv and jsonLines leave out: the other filters of the list of results.</param>
    public sealed record NewExport(
        ExportFormat? Format, Guid? Model = null, Verdict? Verdict = null, ImageLabel? Label = null, bool? Maps = null, ExportFilter? Filter = null);

    public static RouteGroupBuilder MapExports(this RouteGroupBuilder rest)
    {
        rest.MapPost("/projects/{project:guid}/exports", StartAsync).Needs(TeamPermissions.Read)
            .WithName("StartExport").WithSummary("Export a project or its results").WithTags(RestTags.Exports)
            .Produces<ExportView>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        rest.MapGet("/projects/{project:guid}/exports", ListAsync).Needs(TeamPermissions.Read)
            .WithName("ListExports").WithSummary("The exports of a project, newest first").WithTags(RestTags.Exports)
            .Produces<RestPage<ExportView>>().ProducesProblem(400).ProducesProblem(404);
        var one = rest.MapGroup("/exports").WithTags(RestTags.Exports);
        one.MapGet("/{id:guid}", GetAsync).Needs(TeamPermissions.Read)
            .WithName("GetExport").WithSummary("One export with its counts and checksum").Produces<ExportView>().ProducesProblem(404);
        one.MapGet("/{id:guid}/file", FileAsync).Needs(TeamPermissions.Read)
            .WithName("GetExportFile").WithSummary("The file of an export that has succeeded; ranges are answered")
            .ProducesFile("application/octet-stream").Produces<Stream>(StatusCodes.Status206PartialContent, "application/octet-stream")
            .ProducesProblem(404).ProducesProblem(409);
        one.MapPost("/{id:guid}:cancel", CancelAsync).Needs(TeamPermissions.Read)
            .WithName("CancelExport").WithSummary("Cancel an export that waits or runs").Produces<ExportView>().ProducesProblem(404).ProducesProblem(409);
        one.MapDelete("/{id:guid}", DeleteAsync).Needs(TeamPermissions.Read)
            .WithName("DeleteExport").WithSummary("Delete an export with its file").Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
        return rest;
    }

    private static async Task<IResult> StartAsync(Guid project, NewExport body, Actor actor, StartExport start, CancellationToken ct)
    {
        if (body.Format is not { } format)
            return new InvalidExport().ToProblem();
        var model = body.Model is { } id ? new ModelId(id) : (ModelId?)null;
        var request = new StartExport.Request(new ProjectId(project), format, model, body.Verdict, body.Label, body.Maps ?? true, body.Filter);
        var started = await start.HandleAsync(actor, request, ct);
        return started.Succeeded
            ? TypedResults.Accepted($"{RestGroup.Root}/exports/{started.Value.Id.Value}", ExportView.Of(started.Value))
            : started.Error.ToProblem();
    }

    private static async Task<IResult> ListAsync(
        Guid project, string? cursor, int? limit, Actor actor, ListTransfers list, Features.Projects.GetProject projects, CancellationToken ct)
    {
        var (after, take) = (Cursor.Read<TransferCursor>(cursor), Cursor.Limit(limit));
        if (!after.Succeeded)
            return after.Error.ToProblem();
        if (!take.Succeeded)
            return take.Error.ToProblem();
        var found = await projects.HandleAsync(actor, new ProjectId(project), ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var request = new ListTransfers.Request(new ProjectId(project), [TransferKind.Export], after.Value?.ToPosition(), take.Value);
        var page = await list.HandleAsync(actor, request, ct);
        return TypedResults.Ok(new RestPage<ExportView>([.. page.Select(ExportView.Of)], TransferCursor.After(page, take.Value, after.Value)));
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, GetTransfer get, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        return found.Succeeded ? TypedResults.Ok(ExportView.Of(found.Value.Transfer)) : found.Error.ToProblem();
    }

    private static async Task<IResult> FileAsync(Guid id, Actor actor, GetTransfer get, IBlobStore blobs, HttpContext http, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var transfer = found.Value.Transfer;
        if (transfer.File is not { } file)
            return new ExportNotThere(transfer.Status).ToProblem();
        var content = await blobs.OpenReadAsync(actor.Tenant, file, ct);
        if (content is null)
            return new TransferNotFound().ToProblem();
        http.Response.Headers.CacheControl = "private, no-cache";
        // The tag is the content's hash: a download that goes on with If-Range gets the rest of the same file or all of another.
        return TypedResults.Stream(
            content, transfer.Export!.MediaType, TransferText.FileName(transfer, found.Value.ProjectName),
            entityTag: new EntityTagHeaderValue($"\"{file.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> CancelAsync(Guid id, Actor actor, GetTransfer get, CancelTransfer cancel, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var cancelled = await cancel.HandleAsync(actor, found.Value.Transfer.Id, ct);
        return cancelled.Succeeded ? await GetAsync(id, actor, get, ct) : cancelled.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, GetTransfer get, DeleteTransfer delete, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, found.Value.Transfer.Id, ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<Result<GetTransfer.Answer>> FindAsync(Guid id, Actor actor, GetTransfer get, CancellationToken ct)
    {
        var found = await get.HandleAsync(actor, new TransferId(id), ct);
        return found is { Succeeded: true, Value.Transfer.Kind: not TransferKind.Export } ? new TransferNotFound() : found;
    }

    private sealed record ExportNotThere(TransferStatus Status) : Error(ErrorKind.Conflict, "export.unfinished",
        Status is TransferStatus.Failed or TransferStatus.Cancelled
            ? $"This export is {Status.ToString().ToLowerInvariant()} and has no file. Start it again."
            : "This export has not ended. Ask for it until its status is succeeded, then fetch its file.");
}
