using System.Globalization;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Exports and imports as people read them.</summary>
public static class TransferText
{
    public static double Progress(Transfer transfer) =>
        transfer.Status == TransferStatus.Succeeded ? 1 : transfer.Total == 0 ? 0 : Math.Clamp((double)transfer.Done / transfer.Total, 0, 1);

    public static string Format(ExportFormat format) => format switch
    {
        ExportFormat.Csv => TransfersTexts.ResultsCSV,
        ExportFormat.JsonLines => TransfersTexts.ResultsJSONLines,
        ExportFormat.Coco => TransfersTexts.AnnotationsCOCO,
        ExportFormat.Mvtec => TransfersTexts.ImagesAndMasksMVTecZip,
        _ => TransfersTexts.EverythingBackup,
    };

    public static string Counts(Transfer transfer)
    {
        var counts = transfer.Counts;
        (int Number, string One, string Many)[] parts =
        [
            transfer.Kind == TransferKind.Export ? (counts.Images, SharedTexts.CountedImage, SharedTexts.CountedImages) : (counts.Images, TransfersTexts.ImageAdded, TransfersTexts.ImagesAdded),
            (counts.Masks, TransfersTexts.Mask, TransfersTexts.Masks), (counts.Annotations, TransfersTexts.Annotation, TransfersTexts.Annotations), (counts.Models, TransfersTexts.Model, TransfersTexts.Models),
            (counts.Results, TransfersTexts.Result, TransfersTexts.Results), (counts.Maps, TransfersTexts.Map, TransfersTexts.Maps), (counts.Duplicates, TransfersTexts.AlreadyThere, TransfersTexts.AlreadyThere),
            (counts.Rejected, TransfersTexts.Rejected, TransfersTexts.Rejected),
        ];
        var said = parts.Where(p => p.Number > 0).Select(p => Plural.Of(p.Number, p.One, p.Many)).ToList();
        return said.Count == 0 ? TransfersTexts.Nothing : string.Join(", ", said);
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
