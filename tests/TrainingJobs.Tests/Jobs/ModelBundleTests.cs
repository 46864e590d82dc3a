using System.IO.Compression;
using FewShotAD.Domain.Evaluation;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

public sealed class ModelBundleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Bundle => folder["model.fsad"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_comes_back_and_unknown_entries_are_ignored()
    {
        Write(1);
        using (var zip = ZipFile.Open(Bundle, ZipArchiveMode.Update))
            zip.CreateEntry("../../evil.txt");
        var read = ModelBundle.Read(Bundle, CancellationToken.None).Value;
        Assert.Equal(Parts.SmallRecipe, read.Manifest.Recipe);
        Assert.Equal(Parts.Pixels(1).Pixels, read.Shots[1].Pixels);
        Assert.Equal([3L], read.Weights.Tensors["w"].Shape);
    }

    [Fact]
    public void Another_format_version_is_refused_with_a_word_on_it()
    {
        Write(BundleManifest.CurrentFormat + 1);
        Assert.IsType<BundleOfOtherVersion>(ModelBundle.Read(Bundle, CancellationToken.None).Error);
    }

    [Fact]
    public void Damaged_bundles_are_refused_and_nothing_is_thrown()
    {
        Write(1);
        var bytes = File.ReadAllBytes(Bundle);
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var damaged = bytes.ToArray();
            for (var k = 0; k < 4; k++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Bundle, i % 4 == 0 ? damaged[..random.Next(damaged.Length)] : damaged);
            _ = ModelBundle.Read(Bundle, CancellationToken.None);
        }
    }

    [Fact]
    public void A_bomb_is_not_unpacked()
    {
        using (var zip = new ZipArchive(File.Create(Bundle), ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry("manifest.json").Open();
            for (var i = 0; i < 100; i++)
                entry.Write(new byte[1 << 20]);
        }

        Assert.IsType<BundleDamaged>(ModelBundle.Read(Bundle, CancellationToken.None).Error);
        Assert.IsType<BundleUnreadable>(ModelBundle.Read(folder["nowhere.fsad"], CancellationToken.None).Error);
    }

    private void Write(int version)
    {
        using var weights = ones(3);
        var manifest = new BundleManifest(
            version, Parts.SmallRecipe, 5, "hash", "print", "code", "libraries", new Calibration(1, 2, 0.5, 0.1, 1), [0.4, 0.5], null);
        ModelBundle.Write(Bundle, manifest, [new NamedTensor("w", weights)], [Parts.Pixels(0), Parts.Pixels(1)]);
    }
}
