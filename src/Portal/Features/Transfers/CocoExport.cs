using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Transfers;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Export;
using FewShotAD.Portal.Features.Images;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>
/// COCO's object detection format: an annotation per connected region of a mask, as polygons (<c>iscrowd</c> 0). File names are those
/// of the MVTec export; sizes and coordinates are those of the picture as the portal shows it.
/// </summary>
public sealed class CocoExport(DecodeGate gate) : IExportWriter
{
    private const int FlushBytes = 64 * 1024;
    private const string Untyped = "defect";

    public ExportFormat Format => ExportFormat.Coco;

    public async Task<TransferCounts> WriteAsync(ExportSource source, TransferTask task, Stream target, CancellationToken ct)
    {
        // In the order in which they are met; written last, when all are known.
        var categories = new List<string>();
        var total = await source.CountImagesAsync(ct);
        // One walk over the images, so that what changes meanwhile cannot part an annotation from its image.
        await using var annotations = task.NewFile();
        await using var json = new Utf8JsonWriter(target);
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("description", source.Project.Name);
        json.WriteString("version", "1.0");
        json.WriteEndObject();
        json.WriteStartArray("licenses");
        json.WriteEndArray();
        var (images, masks, regions) = (0, 0, 0);
        var layout = new DatasetLayout();
        json.WriteStartArray("images");
        await foreach (var image in source.ImagesAsync(ct))
        {
            WriteImage(json, ++images, layout.PlaceOf(image).Image, image);
            var category = image.Mask is null && image.DefectType is null ? 0 : NumberOf(image.DefectType ?? Untyped, categories);
            if (image.Mask is not null)
            {
                masks++;
                foreach (var region in await RegionsAsync(source, image, ct))
                    await annotations.WriteLineAsync(Annotation.Of(++regions, images, category, region), ct);
            }

            if (json.BytesPending > FlushBytes)
                await json.FlushAsync(ct);
            await task.ReportAsync(images, total, ct);
        }

        json.WriteEndArray();
        json.WriteStartArray("annotations");
        annotations.Position = 0;
        using var lines = new StreamReader(annotations, leaveOpen: true);
        while (await lines.ReadLineAsync(ct) is { } line)
        {
            json.WriteRawValue(line);
            if (json.BytesPending > FlushBytes)
                await json.FlushAsync(ct);
        }

        json.WriteEndArray();
        WriteCategories(json, categories);
        json.WriteEndObject();
        return new TransferCounts(Images: images, Masks: masks, Annotations: regions);
    }

    /// <summary>From 1; a new one is added.</summary>
    private static int NumberOf(string category, List<string> categories)
    {
        if (categories.IndexOf(category) is >= 0 and var at)
            return at + 1;
        categories.Add(category);
        return categories.Count;
    }

    private static void WriteCategories(Utf8JsonWriter json, List<string> categories)
    {
        json.WriteStartArray("categories");
        for (var i = 0; i < categories.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("name", categories[i]);
            json.WriteString("supercategory", Untyped);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteImage(Utf8JsonWriter json, int id, string file, InspectionImage image)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteString("file_name", file);
        json.WriteNumber("width", image.Width);
        json.WriteNumber("height", image.Height);
        json.WriteEndObject();
    }

    private async Task<IReadOnlyList<MaskRegion>> RegionsAsync(ExportSource source, InspectionImage image, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            await using var file = await source.OpenAsync(image.Mask!, $"mask of {image.Name}", ct);
            var decoded = MaskDecoder.Decode(file, DecodeLimits.Default, ct);
            if (!decoded.Succeeded)
                throw new ExportFileMissingException(new FileOfExportMissing($"mask of {image.Name}"));
            var mask = Array.ConvertAll(decoded.Value.Pixels, value => value != 0);
            return MaskPolygons.Of(mask, decoded.Value.Width);
        }
    }

    private sealed record Annotation(
        int Id,
        [property: JsonPropertyName("image_id")] int Image,
        [property: JsonPropertyName("category_id")] int Category,
        IReadOnlyList<IReadOnlyList<int>> Segmentation,
        int Area,
        [property: JsonPropertyName("bbox")] IReadOnlyList<int> Box,
        [property: JsonPropertyName("iscrowd")] int IsCrowd)
    {
        public static Annotation Of(int id, int image, int category, MaskRegion region) =>
            new(id, image, category, region.Polygons, region.Area, region.Box, 0);
    }
}
