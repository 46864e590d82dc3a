using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;
using FsCheck.Xunit;

namespace FewShotAD.Domain.Tests.Images;

public sealed class InspectionImageTests
{
    private readonly InspectionImage image = Given.Image();

    [Fact]
    public void A_new_image_is_unassigned_and_unknown()
    {
        Assert.Equal((ImageSplit.Unassigned, ImageLabel.Unknown), (image.Split, image.Label));
        Assert.Null(image.DefectType);
        Assert.Null(image.Mask);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void An_image_has_a_name(string name) => Assert.IsType<InvalidImageName>(Create(name).Error);

    [Fact]
    public void A_name_has_a_limit_after_trimming()
    {
        var longest = new string('n', InspectionImage.NameMaxLength);
        Assert.Equal(longest, Create($" {longest} ").Value.Name);
        Assert.IsType<InvalidImageName>(Create(longest + "n").Error);
    }

    [Theory]
    [InlineData(ImageLabel.Unknown)]
    [InlineData(ImageLabel.Normal)]
    public void A_support_shot_is_normal_by_definition(ImageLabel label)
    {
        Assert.True(image.Classify(ImageSplit.Support, label, "scratch").Succeeded);
        Assert.Equal(ImageLabel.Normal, image.Label);
        Assert.Null(image.DefectType);
    }

    [Fact]
    public void A_defective_part_is_no_support_shot_and_stays_what_it_was()
    {
        Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Defective, "scratch").Succeeded);
        var before = Given.Describe(image);
        Assert.IsType<SupportShotMustBeNormal>(image.Classify(ImageSplit.Support, ImageLabel.Defective).Error);
        Assert.Equal(before, Given.Describe(image));
    }

    [Fact]
    public void A_defect_type_is_trimmed_limited_and_kept_for_defects_only()
    {
        var longest = new string('d', InspectionImage.DefectTypeMaxLength);
        Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Defective, $" {longest} ").Succeeded);
        Assert.Equal(longest, image.DefectType);
        Assert.IsType<InvalidDefectType>(image.Classify(ImageSplit.Test, ImageLabel.Defective, longest + "d").Error);
        Assert.Equal(longest, image.DefectType);
        Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Normal, "scratch").Succeeded);
        Assert.Null(image.DefectType);
        Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Defective, " ").Succeeded);
        Assert.Null(image.DefectType);
    }

    [Fact]
    public void A_mask_makes_an_image_defective()
    {
        Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Unknown).Succeeded);
        var mask = Given.Blob(BlobKind.Mask);
        Assert.True(image.AttachMask(mask).Succeeded);
        Assert.Equal((mask, ImageLabel.Defective, ImageSplit.Test), (image.Mask, image.Label, image.Split));
    }

    [Fact]
    public void A_support_shot_takes_no_mask()
    {
        Assert.True(image.Classify(ImageSplit.Support, ImageLabel.Normal).Succeeded);
        Assert.IsType<SupportShotMustBeNormal>(image.AttachMask(Given.Blob(BlobKind.Mask)).Error);
        Assert.Null(image.Mask);
        Assert.Equal(ImageLabel.Normal, image.Label);
    }

    [Property(MaxTest = 500)]
    public void However_it_is_classified_a_support_shot_is_normal_and_only_defects_have_a_type((ImageSplit Split, ImageLabel Label, string? Type)[] changes)
    {
        var changed = Given.Image();
        foreach (var (split, label, type) in changes)
        {
            var before = Given.Describe(changed);
            if (!changed.Classify(split, label, type).Succeeded)
                Assert.Equal(before, Given.Describe(changed));
            Assert.True(changed.Split != ImageSplit.Support || changed.Label == ImageLabel.Normal);
            Assert.True(changed.DefectType is null || changed.Label == ImageLabel.Defective);
        }
    }

    private static Common.Result<InspectionImage> Create(string name) =>
        InspectionImage.Create(Given.Project(), name, new ImageFacts(64, 48, "png", 1, Given.Hash()), Blobs, Given.Person, Given.Start);

    private static readonly ImageBlobs Blobs =
        new(Given.Blob(BlobKind.Original), Given.Blob(BlobKind.View), Given.Blob(BlobKind.Thumbnail));
}
