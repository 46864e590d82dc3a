using System.Globalization;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Exports and imports as people read them.</summary>
public static class TransferText
{
    public static double Progress(Transfer transfer) =>
        transfer.Status == TransferStatus.Succeeded ? 1 : transfer.Total == 0 ? 0 : Math.Clamp((double)transfer.Done / transfer.Total, 0, 1);

    public static string Format(ExportFormat format) => format switch
    {
        ExportFormat.Csv => "Results, CSV",
        ExportFormat.JsonLines => "Results, JSON lines",
        ExportFormat.Coco => "Annotations, COCO",
        ExportFormat.Mvtec => "Images and masks, MVTec zip",
        _ => "Everything, backup",
    };

    public static string Counts(Transfer transfer)
    {
        var counts = transfer.Counts;
        (int Number, string One, string Many)[] parts =
        [
            (counts.Images, transfer.Kind == TransferKind.Export ? "image" : "image added", transfer.Kind == TransferKind.Export ? "images" : "images added"),
            (counts.Masks, "mask", "masks"), (counts.Annotations, "annotation", "annotations"), (counts.Models, "model", "models"),
            (counts.Results, "result", "results"), (counts.Maps, "map", "maps"), (counts.Duplicates, "already there", "already there"),
            (counts.Rejected, "rejected", "rejected"),
        ];
        var said = parts.Where(p => p.Number > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Number:N0} {(p.Number == 1 ? p.One : p.Many)}")).ToList();
        return said.Count == 0 ? "nothing" : string.Join(", ", said);
    }

    /// <summary>What a downloaded export is called.</summary>
    public static string FileName(Transfer transfer, string? project)
    {
        var name = string.Concat((project ?? "export").Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or ' ' ? c : '_')).Trim();
        var choice = transfer.Export!;
        var kind = choice.ListsResults ? "results" : choice.Format.ToString().ToLowerInvariant();
        return string.Create(CultureInfo.InvariantCulture, $"{name}-{kind}-{transfer.QueuedAt:yyyyMMdd-HHmm}.{choice.Extension}");
    }
}
