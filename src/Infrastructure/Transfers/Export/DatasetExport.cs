using FewShotAD.Domain.Images;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>The images as they were uploaded, byte for byte, and their masks, in the MVTec AD layout.</summary>
internal sealed class DatasetExport : IExportWriter
{
    public ExportFormat Format => ExportFormat.Mvtec;

    public async Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct)
    {
        await using var scratch = task.NewFile();
        using var zip = new ZipOutput(target, scratch);
        var total = await source.CountImagesAsync(ct);
        var counts = await AddImagesAsync(source, task, zip, total, ct);
        await zip.FinishAsync(Format, source.Project.Name, counts, ct);
        return counts;
    }

    /// <summary>Adds images, masks and the list that says what no folder can: names, labels and types as they are.</summary>
    public static async Task<TransferCounts> AddImagesAsync(ExportSource source, TransferTask task, ZipOutput zip, long total, CancellationToken ct)
    {
        await using var list = task.NewFile();
        var layout = new DatasetLayout();
        var (images, masks) = (0, 0);
        await foreach (var image in source.ImagesAsync(ct))
        {
            var place = layout.PlaceOf(image);
            await using (var original = await source.OpenAsync(image.Blobs.Original, image.Name, ct))
                await zip.AddAsync(place.Image, original, isText: false, ct);
            if (image.Mask is { } mask)
            {
                await using var file = await source.OpenAsync(mask, $"mask of {image.Name}", ct);
                await zip.AddAsync(place.Mask, file, isText: false, ct);
                masks++;
            }

            await list.WriteLineAsync(LineOf(image, place), ct);
            await task.ReportAsync(++images, total, ct);
        }

        list.Position = 0;
        await zip.AddAsync(ArchiveFiles.Images, list, isText: true, ct);
        return new TransferCounts(Images: images, Masks: masks, Files: images + masks + 1);
    }

    private static ArchiveImage LineOf(InspectionImage image, DatasetPlace place) => new(
        image.Id.Value, image.Name, place.Image, image.Sha256, image.Bytes, image.Format, image.Width, image.Height,
        image.Split, image.Label, image.DefectType, image.Mask is null ? null : place.Mask);
}
