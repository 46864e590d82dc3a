using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary>One entry as REST and JSON lines give it: all that the hash is over.</summary>
public sealed record AuditLine(
    Guid TeamId, long Sequence, DateTimeOffset At, Guid ActorId, string ActorName, Guid? KeyId, string Action, string SubjectKind,
    string SubjectId, string Detail, string PreviousHash, string Hash)
{
    public static AuditLine Of(AuditEntry entry) => new(
        entry.TenantId.Value, entry.Sequence, entry.At, entry.ActorId.Value, entry.ActorName, entry.KeyId?.Value, entry.Action,
        entry.SubjectKind, entry.SubjectId, entry.Detail, entry.PreviousHash, entry.Hash);
}

/// <summary>The audit trail by HTTP, for owners in the portal. It needs “manage”, which no key has.</summary>
public static class AuditEndpoints
{
    private sealed record Position(long Before);

    public static RouteGroupBuilder MapAudit(this RouteGroupBuilder rest)
    {
        var audit = rest.MapGroup("/audit").Needs(TeamPermissions.Manage).WithTags(RestTags.Team);
        audit.MapGet("", ListAsync)
            .WithName("ListAudit")
            .WithSummary("Lists the team's audit trail, newest first.")
            .Produces<RestPage<AuditLine>>()
            .ProducesProblem(StatusCodes.Status400BadRequest);
        audit.MapGet("/export", Export)
            .WithName("ExportAudit")
            .WithSummary("Downloads the team's audit trail, oldest first, as CSV or JSON lines.")
            .Produces<Stream>(StatusCodes.Status200OK, "text/csv", "application/jsonl")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        return rest;
    }

    private static async Task<IResult> ListAsync(
        Actor actor, ListAudit list, string? person, string? action, string? from, string? until, string? cursor, int? limit, CancellationToken ct)
    {
        var filter = AuditQuery.Read(person, action, from, until);
        var position = Cursor.Read<Position>(cursor);
        var take = Cursor.Limit(limit);
        if ((filter.Error ?? position.Error ?? take.Error) is { } invalid)
            return invalid.ToProblem();
        var page = await list.HandleAsync(actor, new ListAudit.Request(filter.Value, position.Value?.Before, take.Value), ct);
        if (!page.Succeeded)
            return page.Error.ToProblem();
        var next = page.Value.Next is { } before ? Cursor.Write(new Position(before)) : null;
        return TypedResults.Ok(new RestPage<AuditLine>([.. page.Value.Items.Select(AuditLine.Of)], next));
    }

    private static IResult Export(
        Actor actor, ExportAudit export, string? format, string? person, string? action, string? from, string? until, CancellationToken ct)
    {
        if (format is not ("csv" or "jsonl"))
            return new UnknownFormat().ToProblem();
        var filter = AuditQuery.Read(person, action, from, until);
        if (!filter.Succeeded)
            return filter.Error.ToProblem();
        var entries = export.Open(actor, filter.Value, ct);
        if (!entries.Succeeded)
            return entries.Error.ToProblem();
        return TypedResults.Stream(
            stream => WriteAsync(stream, entries.Value, format == "csv", ct),
            format == "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8",
            $"audit.{format}");
    }

    /// <summary>Line by line: a trail of any length takes the memory of one line.</summary>
    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<AuditEntry> entries, bool csv, CancellationToken ct)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.NewLine = "\n";
        if (csv)
            await writer.WriteLineAsync(AuditCsv.Header.AsMemory(), ct);
        await foreach (var entry in entries.WithCancellation(ct))
        {
            var line = AuditLine.Of(entry);
            await writer.WriteLineAsync((csv ? AuditCsv.Row(line) : JsonSerializer.Serialize(line, JsonSerializerOptions.Web)).AsMemory(), ct);
        }
    }

    private sealed record UnknownFormat() : Error(ErrorKind.Invalid, "audit.format", "“format” is csv or jsonl.");
}
