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

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A project with a model and its results, without training one: a backup that is made up and restored.</summary>
internal static class ScoredBackup
{
    public const int Side = 224;

    /// <summary>Where the map is hottest, as a share of width and height.</summary>
    public const double HotX = 0.7;
    public const double HotY = 0.6;

    private static readonly DateTimeOffset Then = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    /// <returns>The project, as its address has it.</returns>
    public static async Task<string> RestoreAsync(PortalProcess portal, string key, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = new Uri(portal.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var body = new ByteArrayContent(Zip());
        body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        using var begun = await http.PostAsync("/api/v1/projects:restore?name=scored.zip", body, ct);
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync(ct));
        var id = (await begun.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
        for (var tried = 0; ; tried++)
        {
            var import = await http.GetFromJsonAsync<JsonElement>($"/api/v1/imports/{id}", ct);
            if (import.GetProperty("status").GetString() == "succeeded")
                return import.GetProperty("project").GetGuid().ToString("N");
            Assert.True(tried < 150, $"The restore did not end: {import}");
            await Task.Delay(200, ct);
        }
    }

    private static byte[] Zip()
    {
        var samples = SamplePart.All[0].Generate(20).Where(sample => sample.Name.StartsWith("test/", StringComparison.Ordinal)).Take(3).ToList();
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var (images, results) = (new StringBuilder(), new StringBuilder());
            var map = AnomalyMapFile.Encode(Map(), Side, Side);
            var score = AnomalyMapFile.Decode(map).Map.Max();
            foreach (var sample in samples)
            {
                var png = Png(sample.Image);
                Add(zip, sample.Name, png);
                images.AppendLine(JsonSerializer.Serialize(new ArchiveImage(
                    Guid.NewGuid(), sample.Name, sample.Name, Hash(png), png.Length, "png", sample.Image.Width, sample.Image.Height, ImageSplit.Test, ImageLabel.Unknown), ArchiveFiles.Json));
                results.AppendLine(JsonSerializer.Serialize(new ArchiveResult(Guid.NewGuid(), 1, Hash(png), score, Then, Hash(map), Hash(png)), ArchiveFiles.Json));
            }

            var bundle = "a bundle that nobody opens"u8.ToArray();
            var recipe = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.PatchCore);
            var model = new ArchiveModel(
                Guid.NewGuid(), 1, ArchiveFiles.Bundle(1), Hash(bundle), bundle.Length, new string('a', 64), new Calibration(4, 6, 2, 1, 5), Then,
                new ArchiveRun(1, recipe, [], new RunHistory(Then, Then, Then)));
            Add(zip, ArchiveFiles.Images, Encoding.UTF8.GetBytes(images.ToString()));
            Add(zip, ArchiveFiles.Results, Encoding.UTF8.GetBytes(results.ToString()));
            Add(zip, ArchiveFiles.Map(Hash(map)), map);
            Add(zip, model.Bundle, bundle);
            Add(zip, ArchiveFiles.Project, JsonSerializer.SerializeToUtf8Bytes(new ArchiveProject(1, "Scored part", "", false, 1, [model]), ArchiveFiles.Json));
        }

        return stream.ToArray();
    }

    /// <summary>A hill over a low plain.</summary>
    private static float[] Map() =>
    [
        .. Enumerable.Range(0, Side * Side).Select(i =>
        {
            var (dx, dy) = (((i % Side) + 0.5 - (HotX * Side)) / 12, ((i / Side) + 0.5 - (HotY * Side)) / 12);
            return (float)(1 + (8 * Math.Exp(-((dx * dx) + (dy * dy)) / 2)));
        }),
    ];

    private static byte[] Png(RgbImage image)
    {
        using var stream = new MemoryStream();
        PngWriter.Write(image, stream);
        return stream.ToArray();
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(content);
    }
}
