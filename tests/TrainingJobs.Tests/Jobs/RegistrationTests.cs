using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.Domain.Training.WorkerMessage;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

/// <summary>A network that is trained over several parts, and a new part that takes it as it is.</summary>
public sealed class RegistrationTests : IDisposable
{
    private static readonly TrainingRecipe UniAd = TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.UniAd) with
    {
        Shots = 2, ImageSize = 64, Seed = 5, Epochs = 2, StepsPerEpoch = 2, BatchSize = 2, UniAd = new() { NeighbourMask = 3, StandardiseFeatures = true },
    };

    private readonly TemporaryFolder folder = new();
    private readonly List<WorkerMessage> messages = [];

    public static TheoryData<DetectionMethod> Methods => [DetectionMethod.RegAd, DetectionMethod.UniAd];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_part_has_its_turn_and_an_episode_is_of_one_part_alone()
    {
        // A part is a grey of its own: whose picture a tensor is can be read off it.
        var parts = new[] { 40, 120, 200 }.Select(grey => (IReadOnlyList<PixelImage>)[.. Enumerable.Range(0, 3).Select(_ => Grey(grey))]).ToList();
        var recipe = Parts.SmallRecipe with { BatchSize = 2 };
        var episodes = new CategoryEpisodes(recipe, [Grey(0), Grey(0)], parts, CPU);
        var seen = new List<int>();
        for (var step = 1; step <= 30; step++)
        {
            using var scope = NewDisposeScope();
            var (queries, supports) = episodes.Draw(step);
            var greys = cat([queries.flatten(), supports.flatten()]).mul(255).round().unique().output.data<float>().ToArray();
            seen.Add((int)Assert.Single(greys));
        }

        Assert.Equal([40, 120, 200], seen.Distinct().Order());
        Assert.True(seen.Zip(seen.Skip(1)).Count(pair => pair.First != pair.Second) > 10, "The parts are not mixed.");
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_training_over_parts_is_the_same_each_time_and_every_part_counts(DetectionMethod method)
    {
        var manifest = Over(Recipe(method), 50, 90);
        var first = Train(manifest, "first");
        Assert.Equal(first, Train(manifest, "again"));
        Assert.NotEqual(first, Train(manifest with { TrainingCategories = [manifest.TrainingCategories[0]] }, "fewer"));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_new_part_takes_the_network_bit_by_bit_and_trains_nothing(DetectionMethod method)
    {
        var trained = Over(Recipe(method), 50, 90);
        var weights = Train(trained, "registration");
        messages.Clear();

        var manifest = New(trained, knowsPart: method == DetectionMethod.RegAd);
        Run(manifest);

        Assert.Empty(messages.OfType<StepDone>());
        Assert.Equal(weights, WeightsOf(folder["new", ModelBundle.FileName]));
        var model = messages.OfType<ModelWritten>().Single();
        Assert.True(model.Calibration.CertainlyGood < model.Calibration.CertainlyDefective);
        Assert.Equal(4, messages.OfType<ImageScored>().Count());
        // A unified model that never saw the part says so; RegAD is made for new parts.
        Assert.Equal(method == DetectionMethod.UniAd, messages.OfType<LogWritten>().Any(log => log.Severity == LogSeverity.Warning && log.Text.Contains("not trained over this project", StringComparison.Ordinal)));

        // The file stands alone: it scores without the registration model, with the same bits.
        File.Delete(folder["registration", ModelBundle.FileName]);
        using var ready = ReadyModel.Load(folder["new", ModelBundle.FileName], CPU, CancellationToken.None).Value;
        var scores = new ImageScorer(ready.Model, CPU).Score([.. manifest.Test.Select(image => ImageReader.Read(image.Path, 64, CancellationToken.None).Value)]);
        Assert.Equal(messages.OfType<ImageScored>().Select(image => image.Score), scores.Select(scored => scored.Score));
    }

    [Fact]
    public void Statistics_are_of_the_new_parts_shots()
    {
        var trained = Over(Parts.SmallRecipe, 50, 90);
        Train(trained, "registration");
        var manifest = New(trained, knowsPart: false);
        Run(manifest);
        var scores = messages.OfType<ImageScored>().Select(image => image.Score).ToArray();
        messages.Clear();
        Run(manifest with { WorkDirectory = folder["other"], Support = [.. manifest.TrainingCategories[0].Images.Take(2)], TrainingCategories = [] });
        Assert.NotEqual(scores, messages.OfType<ImageScored>().Select(image => image.Score));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var trained = Over(Parts.SmallRecipe, 50);
        Train(trained, "registration");
        var manifest = New(trained, knowsPart: false);
        Assert.Equal("registration.file", Refused(manifest with { Registration = null }));
        Assert.Equal("registration.kind", Refused(manifest with { Recipe = manifest.Recipe with { ImageSize = 96 } }));
        Assert.Equal("recipe.registration", Refused(manifest with { Recipe = manifest.Recipe with { Epochs = 1 } }));
        File.WriteAllText(folder["broken.fsad"], "no model");
        Assert.Equal("bundle.damaged", Refused(manifest with { Registration = new JobRegistration(folder["broken.fsad"], false) }));
    }

    private static TrainingRecipe Recipe(DetectionMethod method) => method == DetectionMethod.RegAd ? Parts.SmallRecipe : UniAd;

    private static PixelImage Grey(int value)
    {
        var pixels = new byte[64 * 64 * 3];
        Array.Fill(pixels, (byte)value);
        return new PixelImage(pixels, 64);
    }

    /// <summary>A job over the support's part and parts of other seeds.</summary>
    private JobManifest Over(TrainingRecipe recipe, params int[] parts) => Parts.WriteJob(folder, recipe) with
    {
        TrainingCategories =
        [
            .. parts.Select(seed => new TrainingCategory($"part {seed}", [.. Enumerable.Range(seed, 3).Select(variant =>
            {
                var path = folder[$"part{variant}.png"];
                Parts.Write(path, Parts.Draw(variant, defective: seed > 80));
                return new JobImage($"part{variant}", path);
            })])),
        ],
    };

    private JobManifest New(JobManifest trained, bool knowsPart) => trained with
    {
        Recipe = trained.Recipe with { Epochs = 0, Registration = new RegistrationUse(Guid.NewGuid(), "Parts", 1, "content") },
        Registration = new JobRegistration(folder["registration", ModelBundle.FileName], knowsPart),
        WorkDirectory = folder["new"],
    };

    private string Train(JobManifest manifest, string name)
    {
        Run(manifest with { WorkDirectory = folder[name], Test = [] });
        return WeightsOf(folder[name, ModelBundle.FileName]);
    }

    private static string WeightsOf(string bundle) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Entry(bundle)));

    private static byte[] Entry(string bundle)
    {
        using var zip = System.IO.Compression.ZipFile.OpenRead(bundle);
        using var stream = zip.GetEntry("weights.safetensors")!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private string Refused(JobManifest manifest) =>
        new TrainingJob(manifest with { WorkDirectory = folder["refused"] }, messages.Add, TimeProvider.System).Run(CancellationToken.None).Error!.Code;

    private void Run(JobManifest manifest)
    {
        var result = new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None);
        Assert.True(result.Succeeded, result.Error?.Message);
    }
}
