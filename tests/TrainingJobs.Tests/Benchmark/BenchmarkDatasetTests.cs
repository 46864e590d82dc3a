using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Tests.Support;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkDatasetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Categories_are_the_folders_with_normal_shots_and_the_rest_is_said()
    {
        var root = DrawnDataset.Write(folder, "nut", "bolt");
        Directory.CreateDirectory(folder["data", "notes"]);
        var said = new List<string>();
        var data = BenchmarkDataset.Find(root, said.Add).Value;
        Assert.Equal(["bolt", "nut"], data.Categories.Select(category => category.Name));
        Assert.Equal("data", data.Name);
        Assert.Contains("notes", Assert.Single(said), StringComparison.Ordinal);
        var bolt = data.Categories[0];
        Assert.Equal(5, bolt.Normal.Count);
        Assert.Equal(
            [("bolt/test/blot/000.png", "blot", true, true), ("bolt/test/blot/001.png", "blot", true, false), ("bolt/test/good/000.png", "good", false, false), ("bolt/test/good/001.png", "good", false, false)],
            bolt.Test.Select(test => (test.Image.Id, test.Type, test.Image.Defective!.Value, test.Image.MaskPath is not null)));
    }

    [Fact]
    public void One_category_alone_is_a_dataset()
    {
        DrawnDataset.Write(folder, "nut");
        var data = BenchmarkDataset.Find(folder["data", "nut"], _ => Assert.Fail("Nothing is left out.")).Value;
        Assert.Equal("nut", Assert.Single(data.Categories).Name);
    }

    [Fact]
    public void A_folder_above_the_dataset_may_be_called_train()
    {
        DrawnDataset.Write(folder, "nut");
        Directory.CreateDirectory(folder["train", "good"]);
        Directory.Move(folder["data"], folder["train", "good", "data"]);
        var data = BenchmarkDataset.Find(folder["train", "good", "data"], _ => { }).Value;
        Assert.Equal((5, 4), (data.Categories[0].Normal.Count, data.Categories[0].Test.Count));
    }

    [Fact]
    public void The_hash_is_of_the_images()
    {
        var root = DrawnDataset.Write(folder, "nut", "bolt");
        var before = BenchmarkDataset.Find(root, _ => { }).Value.Hash;
        Assert.Equal(before, BenchmarkDataset.Find(root, _ => { }).Value.Hash);
        File.AppendAllText(folder["data", "nut", "test", "good", "000.png"], "x");
        Assert.NotEqual(before, BenchmarkDataset.Find(root, _ => { }).Value.Hash);
    }

    [Fact]
    public void Without_a_category_the_error_shows_the_layout()
    {
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("train/good", BenchmarkDataset.Find(folder["empty"], _ => { }).Error!.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", BenchmarkDataset.Find(folder["nowhere"], _ => { }).Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draw_depends_on_the_seed_and_a_larger_one_begins_with_the_smaller()
    {
        var nut = BenchmarkDataset.Find(DrawnDataset.Write(folder, "nut"), _ => { }).Value.Categories[0];
        var draws = Enumerable.Range(1, 20).Select(seed => BenchmarkDataset.Draw(nut, 4, seed)).ToArray();
        Assert.All(draws, draw => Assert.Equal(4, draw.Distinct().Count()));
        Assert.Equal(draws[2].Take(2), BenchmarkDataset.Draw(nut, 2, 3));
        Assert.Equal(5, draws.SelectMany(draw => draw).Distinct().Count());
    }
}
