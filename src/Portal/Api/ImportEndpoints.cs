using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Mvc;

namespace FewShotAD.Portal.Api;

/// <summary>Zips as request bodies, streamed to disk as they come; a job takes in what they hold.</summary>
public static class ImportEndpoints
{
    private static readonly TransferKind[] Kinds = [TransferKind.Import, TransferKind.Restore, TransferKind.Model];

    public static RouteGroupBuilder MapImports(this RouteGroupBuilder rest)
    {
        // The use case counts the bytes itself: the limit is a setting.
        rest.MapPost("/projects/{project:guid}:import", ImportAsync).Needs(TeamPermissions.Write).WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<Stream>("application/zip", "application/x-zip-compressed", "application/octet-stream")
            .WithName("ImportImages").WithSummary("Import the images of a zip in the MVTec layout, or of an export, into a project").WithTags(RestTags.Imports)
            .Produces<ImportView>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(404).ProducesProblem(413);
        rest.MapPost("/projects:restore", RestoreAsync).Needs(TeamPermissions.Write).WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<Stream>("application/zip", "application/x-zip-compressed", "application/octet-stream")
            .WithName("RestoreProject").WithSummary("Make a new project of a backup (an export of the format everything)").WithTags(RestTags.Imports)
            .Produces<ImportView>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(413);
        rest.MapPost("/projects/{project:guid}/models:import", ModelAsync).Needs(TeamPermissions.Write).WithMetadata(new DisableRequestSizeLimitAttribute())
            .Accepts<Stream>("application/zip", "application/x-zip-compressed", "application/octet-stream")
            .WithName("ImportModel").WithSummary("Make a version of a model's bundle, once its golden images score what the bundle says").WithTags(RestTags.Imports)
            .Produces<ImportView>(StatusCodes.Status202Accepted).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413);
        rest.MapGet("/projects/{project:guid}/imports", ListOfProjectAsync).Needs(TeamPermissions.Read)
            .WithName("ListImports").WithSummary("The imports of a project, newest first").WithTags(RestTags.Imports)
            .Produces<RestPage<ImportView>>().ProducesProblem(400).ProducesProblem(404);
        var one = rest.MapGroup("/imports").WithTags(RestTags.Imports);
        one.MapGet("", ListAsync).Needs(TeamPermissions.Read)
            .WithName("ListAllImports").WithSummary("Imports and restores of the team, newest first").Produces<RestPage<ImportView>>().ProducesProblem(400);
        one.MapGet("/{id:guid}", GetAsync).Needs(TeamPermissions.Read)
            .WithName("GetImport").WithSummary("One import or restore with its counts").Produces<ImportView>().ProducesProblem(404);
        one.MapGet("/{id:guid}/report", ReportAsync).Needs(TeamPermissions.Read)
            .WithName("GetImportReport").WithSummary("What became of each entry, as JSON lines")
            .ProducesFile("application/x-ndjson").ProducesProblem(404).ProducesProblem(409);
        one.MapPost("/{id:guid}:cancel", CancelAsync).Needs(TeamPermissions.Write)
            .WithName("CancelImport").WithSummary("Cancel an import; what it has added stays").Produces<ImportView>().ProducesProblem(404).ProducesProblem(409);
        one.MapDelete("/{id:guid}", DeleteAsync).Needs(TeamPermissions.Write)
            .WithName("DeleteImport").WithSummary("Delete the record of an import; what it has added stays")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(404);
        return rest;
    }

    private static async Task<IResult> ImportAsync(Guid project, string? name, Stream body, Actor actor, StartImport start, CancellationToken ct) =>
        Accepted(await start.HandleAsync(actor, new StartImport.Request(new ProjectId(project), body, name), ct));

    private static async Task<IResult> RestoreAsync(string? name, Stream body, Actor actor, StartRestore start, CancellationToken ct) =>
        Accepted(await start.HandleAsync(actor, new StartRestore.Request(body, name), ct));

    private static async Task<IResult> ModelAsync(Guid project, string? name, Stream body, Actor actor, StartBundleImport start, CancellationToken ct) =>
        Accepted(await start.HandleAsync(actor, new StartBundleImport.Request(new ProjectId(project), body, name), ct));

    private static IResult Accepted(Result<Transfer> started) => started.Succeeded
        ? TypedResults.Accepted($"{RestGroup.Root}/imports/{started.Value.Id.Value}", ImportView.Of(started.Value))
        : started.Error.ToProblem();

    private static async Task<IResult> ListOfProjectAsync(
        Guid project, string? cursor, int? limit, Actor actor, ListTransfers list, Features.Projects.GetProject projects, CancellationToken ct)
    {
        var found = await projects.HandleAsync(actor, new ProjectId(project), ct);
        return found.Succeeded ? await PageAsync(new ProjectId(project), cursor, limit, actor, list, ct) : found.Error.ToProblem();
    }

    private static Task<IResult> ListAsync(string? cursor, int? limit, Actor actor, ListTransfers list, CancellationToken ct) =>
        PageAsync(null, cursor, limit, actor, list, ct);

    private static async Task<IResult> PageAsync(ProjectId? project, string? cursor, int? limit, Actor actor, ListTransfers list, CancellationToken ct)
    {
        var (after, take) = (Cursor.Read<TransferCursor>(cursor), Cursor.Limit(limit));
        if (!after.Succeeded)
            return after.Error.ToProblem();
        if (!take.Succeeded)
            return take.Error.ToProblem();
        var page = await list.HandleAsync(actor, new ListTransfers.Request(project, Kinds, after.Value?.ToPosition(), take.Value), ct);
        return TypedResults.Ok(new RestPage<ImportView>([.. page.Select(ImportView.Of)], TransferCursor.After(page, take.Value, after.Value)));
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, GetTransfer get, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        return found.Succeeded ? TypedResults.Ok(ImportView.Of(found.Value)) : found.Error.ToProblem();
    }

    private static async Task<IResult> ReportAsync(Guid id, Actor actor, GetTransfer get, IBlobStore blobs, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        if (found.Value.Report is not { } report)
            return new NoReport().ToProblem();
        var content = await blobs.OpenReadAsync(actor.Tenant, report, ct);
        return content is null
            ? new TransferNotFound().ToProblem()
            : TypedResults.Stream(content, "application/x-ndjson", $"import-{id:N}.jsonl", enableRangeProcessing: true);
    }

    private static async Task<IResult> CancelAsync(Guid id, Actor actor, GetTransfer get, CancelTransfer cancel, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var cancelled = await cancel.HandleAsync(actor, found.Value.Id, ct);
        return cancelled.Succeeded ? await GetAsync(id, actor, get, ct) : cancelled.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, GetTransfer get, DeleteTransfer delete, CancellationToken ct)
    {
        var found = await FindAsync(id, actor, get, ct);
        if (!found.Succeeded)
            return found.Error.ToProblem();
        var deleted = await delete.HandleAsync(actor, found.Value.Id, ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<Result<Transfer>> FindAsync(Guid id, Actor actor, GetTransfer get, CancellationToken ct)
    {
        var found = await get.HandleAsync(actor, new TransferId(id), ct);
        if (!found.Succeeded)
            return found.Error;
        return found.Value.Transfer.Kind == TransferKind.Export ? new TransferNotFound() : found.Value.Transfer;
    }

    private sealed record NoReport()
        : Error(ErrorKind.Conflict, "import.report", "There is no report: the import has not ended, or it failed before the end. Its status says which.");
}
