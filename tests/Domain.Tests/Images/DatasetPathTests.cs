using FewShotAD.Domain.Images;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Images;

public sealed class DatasetPathTests
{
    [Theory]
    [InlineData("train/good/000.png", "train/good/000.png", ImageSplit.Support, ImageLabel.Normal, null)]
    [InlineData("test/good/000.png", "test/good/000.png", ImageSplit.Test, ImageLabel.Normal, null)]
    [InlineData("test/broken_large/000.png", "test/broken_large/000.png", ImageSplit.Test, ImageLabel.Defective, "broken_large")]
    [InlineData("bottle/test/scratch/1.jpg", "test/scratch/1.jpg", ImageSplit.Test, ImageLabel.Defective, "scratch")]
    [InlineData("/home/me/sets/bottle/train/good/1.jpg", "train/good/1.jpg", ImageSplit.Support, ImageLabel.Normal, null)]
    [InlineData("bottle\\test\\scratch\\1.jpg", "test/scratch/1.jpg", ImageSplit.Test, ImageLabel.Defective, "scratch")]
    [InlineData("bottle\\train/good\\1.jpg", "train/good/1.jpg", ImageSplit.Support, ImageLabel.Normal, null)]
    [InlineData("./test//good/1.jpg", "test/good/1.jpg", ImageSplit.Test, ImageLabel.Normal, null)]
    public void The_layout_says_split_label_and_defect_type(string path, string name, ImageSplit split, ImageLabel label, string? type) =>
        Assert.Equal(new DatasetPath(name, split, label, type, null), DatasetPath.Parse(path));

    [Theory]
    [InlineData("ground_truth/scratch/000_mask.png", "ground_truth/scratch/000_mask.png", "scratch", "test/scratch/000")]
    [InlineData("bottle\\ground_truth\\scratch\\000_mask.png", "ground_truth/scratch/000_mask.png", "scratch", "test/scratch/000")]
    [InlineData("ground_truth/scratch/000.png", "ground_truth/scratch/000.png", "scratch", "test/scratch/000")]
    [InlineData("ground_truth/scratch/000_mask_mask.png", "ground_truth/scratch/000_mask_mask.png", "scratch", "test/scratch/000_mask")]
    public void A_mask_names_the_image_it_belongs_to(string path, string name, string type, string maskOf)
    {
        var parsed = DatasetPath.Parse(path);
        Assert.True(parsed.IsMask);
        Assert.Equal(new DatasetPath(name, null, null, type, maskOf), parsed);
    }

    [Theory]
    [InlineData("000.png", "000.png")]
    [InlineData("good/000.png", "000.png")]
    [InlineData("holiday/paris/000.png", "000.png")]
    [InlineData("train/bad/000.png", "000.png")] // the layout trains on good parts only
    [InlineData("test/scratch/close/000.png", "000.png")] // too deep: "scratch" is no split
    [InlineData("train", "train")]
    [InlineData("test", "test")]
    [InlineData("test/good", "good")]
    [InlineData("Train/Good/000.png", "000.png")]
    [InlineData(" 000.png ", "000.png")]
    [InlineData("000_mask.png", "000_mask.png")]
    public void A_path_outside_the_layout_says_only_the_name(string path, string name)
    {
        var parsed = DatasetPath.Parse(path);
        Assert.Equal(new DatasetPath(name, null, null, null, null), parsed);
        Assert.False(parsed.IsMask);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("\\\\")]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData(" / ")]
    public void A_path_without_a_file_has_no_name(string path) => Assert.Equal("", DatasetPath.Parse(path).Name);

    [Theory]
    [InlineData("test/../000.png", "000.png")]
    [InlineData("test/./000.png", "000.png")]
    [InlineData("../../test/scratch/000.png", "test/scratch/000.png")]
    [InlineData("ground_truth/../000_mask.png", "000_mask.png")]
    public void Steps_upwards_are_no_part_of_a_name(string path, string name) => Assert.Equal(name, DatasetPath.Parse(path).Name);

    [Property(MaxTest = 1_000)]
    public void No_name_leads_out_of_a_folder_it_is_written_to(string?[] parts, bool backslash)
    {
        string[] known = ["train", "test", "ground_truth", "good", "..", ".", ""];
        var mixed = parts.Select((part, i) => (part?.Length ?? 0) % 2 == 0 ? known[i % known.Length] : part);
        var parsed = DatasetPath.Parse(string.Join(backslash ? '\\' : '/', mixed));
        Assert.DoesNotContain('\\', parsed.Name);
        Assert.False(parsed.Name.StartsWith('/'));
        Assert.DoesNotContain(parsed.Name.Split('/'), part => part is ".." or ".");
    }
}
