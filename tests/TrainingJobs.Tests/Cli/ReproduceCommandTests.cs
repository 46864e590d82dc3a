using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Tests.Cli;

/// <summary><c>fewshotad reproduce</c> as people start it, with a bundle of a model that was trained a moment before.</summary>
public sealed class ReproduceCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_same_seed_gives_the_same_bits_another_one_differs_and_a_torn_bundle_is_an_error()
    {
        var manifest = await BundleAsync();
        var same = await Run("--model", folder["bundle.zip"], "--device", "cpu", "--json");
        Assert.True(same.Code == 0, same.Error);
        using (var json = JsonDocument.Parse(same.Output))
        {
            Assert.Equal("sameBits", json.RootElement.GetProperty("verdict").GetString());
            Assert.Equal(0, json.RootElement.GetProperty("largestDifference").GetDouble());
            Assert.All(json.RootElement.GetProperty("images").EnumerateArray(), image => Assert.True(image.GetProperty("isStoredAgain").GetBoolean()));
            Assert.Equal(["program"], json.RootElement.GetProperty("differences").EnumerateArray().Select(d => d.GetProperty("what").GetString()));
        }

        await WriteAsync(manifest with { Recipe = manifest.Recipe with { Seed = manifest.Recipe.Seed + 1 } });
        var other = await Run("--model", folder["bundle.zip"], "--device", "cpu", "--out", folder["kept"]);
        Assert.True(other.Code == 2, other.Error + other.Output);
        Assert.Contains("Differs from Part v3", other.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["kept", "work", ModelBundle.FileName]));

        var bytes = await File.ReadAllBytesAsync(folder["bundle.zip"], Ct);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(folder["bundle.zip"], bytes, Ct);
        var torn = await Run("--model", folder["bundle.zip"]);
        Assert.Equal(1, torn.Code);
        Assert.Contains("no bundle as it was written", torn.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("--model", folder["nowhere.zip"])).Code);
    }

    /// <summary>Trains, scores two images, and writes a bundle as the portal does.</summary>
    private async Task<PortableModel> BundleAsync()
    {
        var job = Parts.WriteJob(folder, Parts.SmallRecipe) with { Test = [] };
        Assert.True(new TrainingJob(job, _ => { }, TimeProvider.System) { Weights = Parts.Weights }.Run(Ct).Succeeded);
        var compute = Compute.Configure("cpu", 0).Value;
        using var ready = ReadyModel.Load(folder["work", ModelBundle.FileName], compute.Device, Ct).Value;
        var scorer = new ImageScorer(ready.Model, compute.Device);
        var golden = new[] { "good-1", "bad-1" }.Select((name, i) =>
        {
            var scored = scorer.Score([ImageReader.Read(folder[name + ".png"], 64, Ct).Value])[0];
            return new GoldenImage(name, $"golden/{name}.png", "a test", scored.Score, 0, MapSummary.Of(AnomalyMapFile.Encode(scored.Map, scored.Side, scored.Side)));
        }).ToList();
        var hash = new string('a', 64);
        var manifest = new PortableModel(
            PortableModel.CurrentFormat, "Part", "", 3, job.Recipe.Method, job.Recipe, new PortableBackbone(job.Recipe.Backbone, []),
            new PortableOrigin("another commit", BuildInfo.LibraryVersions, compute.Name, new SnapshotFigures(2, 0, 0, 2, hash), DateTimeOffset.UnixEpoch), hash, null,
            ready.Manifest.Calibration, ready.Manifest.Calibration.Thresholds(), null, [new("shot0", null), new("shot1", null)], [], 0, PortableModel.OwnTolerance, golden, []);
        await WriteAsync(manifest);
        return manifest;
    }

    private async Task WriteAsync(PortableModel manifest)
    {
        await using var file = new FileStream(folder["bundle.zip"], FileMode.Create, FileAccess.ReadWrite);
        List<PortableSource> sources =
        [
            Source(PortableFile.Model, folder["work", ModelBundle.FileName]),
            .. manifest.Golden.Select(image => Source(image.Path, folder[image.Name + ".png"])),
        ];
        Assert.True((await PortableFile.WriteAsync(file, manifest, sources, Ct)).Succeeded);

        static PortableSource Source(string path, string from) => new(path, path, _ => Task.FromResult<Stream?>(File.OpenRead(from)));
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fewshotad.dll"), "reproduce", .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, output, await error);
    }
}
