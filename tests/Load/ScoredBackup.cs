using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Imaging;
using FewShotAD.Imaging.Samples;

namespace FewShotAD.Load;

/// <summary>A project with a model and its results, without training one: a backup that is made up and restored.</summary>
public static class ScoredBackup
{
    public const int Side = 224;

    /// <summary>Where the map is hottest, as a share of width and height.</summary>
    public const double HotX = 0.7;
    public const double HotY = 0.6;

    /// <summary>Of the hills; the lowest is still above the line.</summary>
    private const double Hottest = 8;
    private const int Heights = 5;

    private static readonly TimeSpan RestoreLimit = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Then = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <param name="http">Of somebody with the right to write.</param>
    /// <param name="images">Each with a result, all of them flagged.</param>
    /// <returns>The project, as its address has it.</returns>
    public static async Task<string> RestoreAsync(HttpClient http, int images, CancellationToken ct)
    {
        using var body = new ByteArrayContent(Zip(images));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var begun = await http.PostAsync("/api/v1/projects:restore?name=scored.zip", body, ct);
        if (!begun.IsSuccessStatusCode)
            throw new InvalidOperationException($"The restore was refused: {await begun.Content.ReadAsStringAsync(ct)}");
        var id = (await begun.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < RestoreLimit; await Task.Delay(200, ct))
        {
            var import = await http.GetFromJsonAsync<JsonElement>($"/api/v1/imports/{id}", ct);
            var status = import.GetProperty("status").GetString();
            if (status == "succeeded")
                return import.GetProperty("project").GetGuid().ToString("N");
            if (status is not ("queued" or "running"))
                throw new InvalidOperationException($"The restore failed: {import}");
        }

        throw new TimeoutException("The restore did not end.");
    }

    private static byte[] Zip(int count)
    {
        var samples = SamplePart.All[0].Generate(20).Where(sample => sample.Name.StartsWith("test/", StringComparison.Ordinal)).Take(3).ToList();
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var (images, results) = (new StringBuilder(), new StringBuilder());
            var maps = Enumerable.Range(0, Math.Min(count, Heights)).Select(i => AnomalyMapFile.Encode(Map(Hottest - (0.5 * i)), Side, Side)).ToList();
            for (var i = 0; i < count; i++)
            {
                var (picture, map) = (samples[i % samples.Count].Image, maps[i % maps.Count]);
                var png = Png(picture, i);
                var name = string.Create(CultureInfo.InvariantCulture, $"test/{i:00000}.png");
                Add(zip, name, png);
                images.AppendLine(JsonSerializer.Serialize(new ArchiveImage(
                    Guid.NewGuid(), name, name, Hash(png), png.Length, "png", picture.Width, picture.Height, ImageSplit.Test, ImageLabel.Unknown), ArchiveFiles.Json));
                results.AppendLine(JsonSerializer.Serialize(new ArchiveResult(
                    Guid.NewGuid(), 1, Hash(png), AnomalyMapFile.Decode(map).Map.Max(), Then, Hash(map), Hash(png)), ArchiveFiles.Json));
            }

            var bundle = "a bundle that nobody opens"u8.ToArray();
            var recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore);
            var model = new ArchiveModel(
                Guid.NewGuid(), 1, ArchiveFiles.Bundle(1), Hash(bundle), bundle.Length, new string('a', 64), new Calibration(4, 6, 2, 1, 5), Then,
                new ArchiveRun(1, recipe, [], new RunHistory(Then, Then, Then)));
            Add(zip, ArchiveFiles.Images, Encoding.UTF8.GetBytes(images.ToString()));
            Add(zip, ArchiveFiles.Results, Encoding.UTF8.GetBytes(results.ToString()));
            foreach (var map in maps)
                Add(zip, ArchiveFiles.Map(Hash(map)), map);
            Add(zip, model.Bundle, bundle);
            Add(zip, ArchiveFiles.Project, JsonSerializer.SerializeToUtf8Bytes(new ArchiveProject(1, "Scored part", "", false, 1, [model]), ArchiveFiles.Json));
        }

        return stream.ToArray();
    }

    /// <summary>A hill over a low plain.</summary>
    private static float[] Map(double height) =>
    [
        .. Enumerable.Range(0, Side * Side).Select(i =>
        {
            var (dx, dy) = (((i % Side) + 0.5 - (HotX * Side)) / 12, ((i / Side) + 0.5 - (HotY * Side)) / 12);
            return (float)(1 + (height * Math.Exp(-((dx * dx) + (dy * dy)) / 2)));
        }),
    ];

    /// <summary>The number stands in the first pixels: no two pictures are the same.</summary>
    private static byte[] Png(RgbImage image, int number)
    {
        var pixels = image.Pixels.ToArray();
        BitConverter.TryWriteBytes(pixels, number);
        using var stream = new MemoryStream();
        PngWriter.Write(new RgbImage(image.Width, image.Height, pixels), stream);
        return stream.ToArray();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
