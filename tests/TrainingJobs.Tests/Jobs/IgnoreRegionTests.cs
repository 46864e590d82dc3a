using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

/// <summary>Ignore regions through a whole job: scores, metrics and calibration leave them out, maps do not.</summary>
public sealed class IgnoreRegionTests : IDisposable
{
    private const int Side = 64;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(DetectionMethod.PatchCore)]
    [InlineData(DetectionMethod.UniAd)]
    public void Scores_and_metrics_leave_ignored_pixels_out_and_maps_stay_whole(DetectionMethod method)
    {
        var recipe = Recipe(method);
        var plain = Parts.WriteJob(folder, recipe);
        var whole = Run(plain with { WorkDirectory = folder["whole"] });
        // One region over the middle, where the defect is, and one over everything; a third that says nothing.
        WriteMask("middle.png", (x, y) => x is > 12 and < 52 && y is > 12 and < 52);
        WriteMask("all.png", (_, _) => true);
        WriteMask("none.png", (_, _) => false);
        JobImage With(JobImage image, params string[] masks) =>
            image with { Ignore = new JobIgnore($"mark of {image.Id}", [.. masks.Select(mask => folder[mask])]) };
        var left = Run(plain with
        {
            WorkDirectory = folder["left"],
            Test = [plain.Test[0], With(plain.Test[1], "none.png"), With(plain.Test[2], "middle.png"), With(plain.Test[3], "none.png", "all.png")],
        });

        var (before, after) = (Scores(whole), Scores(left));
        Assert.Equal((null, null), (after[plain.Test[0].Id].FullScore, after[plain.Test[0].Id].IgnoreMark));
        foreach (var image in plain.Test.Skip(1))
        {
            Assert.Equal(before[image.Id].Score, after[image.Id].FullScore);
            Assert.Equal($"mark of {image.Id}", after[image.Id].IgnoreMark);
        }

        Assert.Equal(before[plain.Test[1].Id].Score, after[plain.Test[1].Id].Score);
        Assert.True(after[plain.Test[2].Id].Score <= before[plain.Test[2].Id].Score);
        Assert.Equal(0, after[plain.Test[3].Id].Score);
        foreach (var image in plain.Test)
        {
            var (one, other) = (File.ReadAllBytes(folder["whole", before[image.Id].MapPath]), File.ReadAllBytes(folder["left", after[image.Id].MapPath]));
            Assert.Equal(one, other);
            // What the portal takes again from the stored map is what the worker took.
            var (map, side, _) = AnomalyMapFile.Decode(other);
            var region = image.Id == plain.Test[2].Id ? Pixels((x, y) => x is > 12 and < 52 && y is > 12 and < 52) : image.Id == plain.Test[3].Id ? Pixels((_, _) => true) : null;
            Assert.Equal(after[image.Id].Score, ScoreReduction.Of(map, side, ScoreReduction.WindowOf(method), region));
        }

        // The mask of the only marked defect lies under the region: no defective pixel is left to find.
        Assert.NotNull(whole.OfType<Evaluated>().Single().Metrics.PixelAuroc);
        Assert.Null(left.OfType<Evaluated>().Single().Metrics.PixelAuroc);
    }

    [Fact]
    public void The_line_comes_from_pixels_that_count_and_a_region_over_nothing_changes_no_bit()
    {
        var plain = Parts.WriteJob(folder, Recipe(DetectionMethod.PatchCore));
        WriteMask("none.png", (_, _) => false);
        WriteMask("half.png", (x, _) => x < 40);
        WriteMask("all.png", (_, _) => true);
        var whole = Line(plain, null);
        Assert.Equal(whole, Line(plain, "none.png"));
        Assert.Equal(whole, Line(plain, "all.png"));
        var half = Line(plain, "half.png");
        Assert.NotEqual(whole, half);
        Assert.True(half.CertainlyGood <= whole.CertainlyGood && half.CertainlyGood > 0);
    }

    private static TrainingRecipe Recipe(DetectionMethod method) => TrainingRecipe.For(TrainingPreset.Quick, method) with
    {
        Shots = 2, ImageSize = Side, Seed = 5, Epochs = method == DetectionMethod.UniAd ? 1 : 0, StepsPerEpoch = 2, BatchSize = 2, Adversarial = null,
        UniAd = method == DetectionMethod.UniAd ? new() { NeighbourMask = 3 } : null,
    };

    private Calibration Line(JobManifest plain, string? mask)
    {
        var support = mask is null ? plain.Support : [.. plain.Support.Select(shot => shot with { Ignore = new JobIgnore(mask, [folder[mask]]) })];
        return Run(plain with { WorkDirectory = folder[$"line {mask}"], Support = support, Test = [] }).OfType<ModelWritten>().Single().Calibration;
    }

    private static Dictionary<string, ImageScored> Scores(List<WorkerMessage> messages) => messages.OfType<ImageScored>().ToDictionary(image => image.ImageId);

    private static List<WorkerMessage> Run(JobManifest manifest)
    {
        var messages = new List<WorkerMessage>();
        var result = new TrainingJob(manifest, messages.Add, TimeProvider.System).Run(CancellationToken.None);
        Assert.True(result.Succeeded, result.Error?.Message);
        return messages;
    }

    private static bool[] Pixels(Func<int, int, bool> inside) => [.. Enumerable.Range(0, Side * Side).Select(i => inside(i % Side, i / Side))];

    private void WriteMask(string name, Func<int, int, bool> inside)
    {
        using var stream = File.Create(folder[name]);
        PngWriter.WriteGrey([.. Pixels(inside).Select(set => set ? byte.MaxValue : (byte)0)], Side, Side, stream);
    }
}
