using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Admin;

/// <summary><c>/admin/audit/export</c>: the platform's trail as JSON lines, oldest first, with all that the hashes are over.</summary>
public static class PlatformAuditExport
{
    private sealed record Line(
        long Sequence, DateTimeOffset At, Guid ActorId, string ActorName, string Action, string SubjectKind, string SubjectId, string Detail,
        string PreviousHash, string Hash);

    public static void MapPlatformAuditExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/audit/export", (CrossTenantDb across, CancellationToken ct) => TypedResults.Stream(
                stream => WriteAsync(stream, across, ct), "application/jsonl; charset=utf-8", "platform-audit.jsonl"))
            .RequireAuthorization(AdministratorNeeded.Policy)
            .ExcludeFromDescription();

    private static async Task WriteAsync(Stream stream, CrossTenantDb across, CancellationToken ct)
    {
        await using var reader = across.Open("An administrator downloads the platform's trail");
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        await foreach (var entry in reader.PlatformAudit.OrderBy(e => e.Sequence).AsAsyncEnumerable().WithCancellation(ct))
            await writer.WriteLineAsync(JsonSerializer.Serialize(Of(entry), JsonSerializerOptions.Web).AsMemory(), ct);
    }

    private static Line Of(PlatformEntry entry) => new(
        entry.Sequence, entry.At, entry.ActorId.Value, entry.ActorName, entry.Action, entry.SubjectKind, entry.SubjectId, entry.Detail,
        entry.PreviousHash, entry.Hash);
}
