using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Backbones;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Models.RegAd;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Support;

/// <summary>Drawn parts: a bright disc on stripes, a little elsewhere in every shot; a defect is a dark blot.</summary>
internal static class Parts
{
    /// <summary>The backbone that the build brought along; nothing is ever fetched.</summary>
    public static WeightStore Weights => StoreOf(null);

    /// <summary>A store that looks into a folder and beside the program, and downloads nowhere.</summary>
    public static WeightStore StoreOf(string? given) => new(
        BackboneFolders.Of(given, AppContext.BaseDirectory) with { Cache = null }, new WeightDownload(), _ => { });

    /// <summary>64 pixels, two shots, two epochs of two steps: a second of work that goes through everything.</summary>
    public static TrainingRecipe SmallRecipe { get; } = new()
    {
        Shots = 2, ImageSize = 64, Seed = 5, Epochs = 2, StepsPerEpoch = 2, BatchSize = 2, LearningRate = 1e-2, RegAd = new() { RelativePoses = true },
    };

    public static RgbImage Draw(int variant, bool defective, int side = 64)
    {
        var image = new RgbImage(side, side);
        var random = new Random(variant);
        var (dx, dy) = (random.Next(-2, 3), random.Next(-2, 3));
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var inside = Square(x - (side / 2) - dx) + Square(y - (side / 2) - dy) < Square(side / 3);
                var value = inside ? 190 : 60 + (x / 4 % 2 * 30);
                if (defective && Square(x - (side / 2) - 4) + Square(y - (side / 2)) < Square(side / 10))
                    value = 10;
                image.Row(y).Slice(x * 3, 3).Fill((byte)(value + random.Next(6)));
            }
        }

        return image;

        static int Square(int a) => a * a;
    }

    public static PixelImage Pixels(int variant, bool defective = false, int side = 64) => new(Draw(variant, defective, side).Pixels, side);

    public static TrainingData Data(TrainingRecipe recipe) =>
        new([.. Enumerable.Range(0, recipe.Shots).Select(i => Pixels(i, side: recipe.ImageSize))], [], "data", "fingerprint");

    public static IAnomalyMethod Method(TrainingRecipe recipe) => MethodCatalog.ForTraining(recipe, Data(recipe), Weights, CPU, CancellationToken.None).Value;

    public static RegAdNetwork Network(int imageSize, int seed)
    {
        random.manual_seed(Seeds.Derive(seed, SeedPurpose.NetworkWeights));
        return new RegAdNetwork(BackboneCatalog.Load(MobileNetV2.Key, Weights, CancellationToken.None).Value, imageSize);
    }

    /// <summary>All weights as bytes, to compare runs bit by bit.</summary>
    public static string Bits(IEnumerable<NamedTensor> tensors)
    {
        using var memory = new MemoryStream();
        TensorStorage.Save(memory, [.. tensors], new Dictionary<string, string>());
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory.ToArray()));
    }

    /// <summary>Writes the files of a job: two normal shots, two good and two bad test images with a mask for one of them.</summary>
    public static JobManifest WriteJob(TemporaryFolder folder, TrainingRecipe recipe)
    {
        Write(folder["mask.png"], Mask());
        var manifest = new JobManifest
        {
            RunId = "run",
            Recipe = recipe,
            Support = [.. Enumerable.Range(0, recipe.Shots).Select(i => File($"shot{i}", Draw(i, false)))],
            Test =
            [
                File("good-1", Draw(11, false)) with { Defective = false },
                File("good/2", Draw(12, false)) with { Defective = false },
                File("bad-1", Draw(13, true)) with { Defective = true, MaskPath = folder["mask.png"] },
                File("bad-2", Draw(14, true)) with { Defective = true },
            ],
            WorkDirectory = folder["work"],
            Device = "cpu",
        };
        System.IO.File.WriteAllText(folder["job.json"], manifest.ToJson());
        return manifest;

        JobImage File(string id, RgbImage image)
        {
            var path = folder[id.Replace('/', '_') + ".png"];
            Write(path, image);
            return new JobImage(id, path);
        }

        RgbImage Mask()
        {
            var mask = new RgbImage(64, 64);
            for (var y = 26; y < 38; y++)
                mask.Row(y).Slice(30 * 3, 12 * 3).Fill(255);
            return mask;
        }
    }

    public static void Write(string path, RgbImage image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stream = System.IO.File.Create(path);
        PngWriter.Write(image, stream);
    }
}
