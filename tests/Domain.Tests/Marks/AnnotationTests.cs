using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;

namespace FewShotAD.Domain.Tests.Marks;

public sealed class AnnotationTests
{
    private static readonly Shape Defect = new(ShapeTool.Box, ShapeLayer.Defect, [1, 2, 9, 8], DefectType: "scratch");
    private static readonly Shape Ignored = new(ShapeTool.Brush, ShapeLayer.Ignore, [4, 4, 5, 5], 2);

    [Fact]
    public void What_is_drawn_makes_a_test_image_defective_and_taking_it_away_leaves_the_label()
    {
        var image = Image(ImageSplit.Test);
        var annotation = ImageAnnotation.Of(image);
        Assert.True(annotation.Change(image, true, [Defect, Ignored]).Value);
        Assert.True(annotation.Draw(image, Given.Blob(BlobKind.Mask), Given.Blob(BlobKind.Ignore), Given.Person, Given.Start));
        Assert.Equal((ImageLabel.Defective, "scratch", 1), (image.Label, image.DefectType, annotation.Version));
        Assert.NotNull(image.Ignore);
        Assert.True(annotation.Change(image, true, []).Value);
        Assert.False(annotation.Draw(image, null, null, Given.Person, Given.Start.AddSeconds(1)));
        Assert.Equal((ImageLabel.Defective, "scratch", (BlobKey?)null, (BlobKey?)null), (image.Label, image.DefectType, image.Mask, image.Ignore));
    }

    [Fact]
    public void The_same_again_is_no_change()
    {
        var image = Image(ImageSplit.Test);
        var annotation = ImageAnnotation.Of(image);
        Assert.False(annotation.Change(image, true, []).Value);
        Assert.False(annotation.Change(image, false, []).Value); // there is no base to leave out
        Assert.True(annotation.Change(image, true, [Defect]).Value);
        Assert.False(annotation.Change(image, true, [Defect with { Points = [1, 2, 9, 8] }]).Value);
        Assert.True(annotation.Change(image, true, [Defect with { Points = [1, 2, 9, 8.5] }]).Value);
    }

    [Fact]
    public void A_support_shot_takes_ignore_regions_but_no_defects()
    {
        var image = Image(ImageSplit.Support);
        var annotation = ImageAnnotation.Of(image);
        Assert.IsType<SupportShotTakesNoDefect>(annotation.Change(image, true, [Ignored, Defect]).Error);
        Assert.Empty(annotation.Shapes);
        Assert.True(annotation.Change(image, true, [Ignored]).Value);
        annotation.Draw(image, null, Given.Blob(BlobKind.Ignore), Given.Person, Given.Start);
        Assert.Equal((ImageLabel.Normal, (BlobKey?)null), (image.Label, image.Mask));
        Assert.NotNull(image.Ignore);
    }

    [Fact]
    public void A_mask_that_is_imported_later_replaces_the_drawn_defects_and_ignore_regions_stay()
    {
        var image = Image(ImageSplit.Test);
        var annotation = ImageAnnotation.Of(image);
        annotation.Change(image, true, [Defect, Ignored]);
        annotation.Draw(image, Given.Blob(BlobKind.Mask), Given.Blob(BlobKind.Ignore), Given.Person, Given.Start);
        annotation.TakeUp(image);
        Assert.Equal([Defect, Ignored], annotation.Shapes);
        var imported = BlobKey.For(Given.Tenant, BlobKind.Mask, Given.Hash('b'));
        Assert.True(image.AttachMask(imported).Succeeded);
        annotation.TakeUp(image);
        Assert.Equal([Ignored], annotation.Shapes);
        Assert.Equal((imported, true), (annotation.BaseMask, annotation.UseBase));
    }

    [Fact]
    public void The_audit_trail_is_told_once_a_sitting_and_person()
    {
        var image = Image(ImageSplit.Test);
        var annotation = ImageAnnotation.Of(image);
        bool Draw(double minutes, Common.UserId by) => annotation.Draw(image, null, null, by, Given.Start.AddMinutes(minutes));
        var other = new Common.UserId(Guid.NewGuid());
        Assert.Equal([true, false, false, true, true, false, true],
            new[] { Draw(0, Given.Person), Draw(1, Given.Person), Draw(9, Given.Person), Draw(10, Given.Person), Draw(11, other), Draw(12, other), Draw(13, Given.Person) });
    }

    public static TheoryData<Shape, string> Impossible => new()
    {
        { Defect with { Tool = ShapeTool.Polygon }, "at least 3" },
        { Defect with { Points = [1, 2, 3] }, "even" },
        { Defect with { Points = [1, 2, 3, 4, 5, 6] }, "opposite corners" },
        { Defect with { Points = [1, 2, double.NaN, 4] }, "far outside" },
        { Defect with { Points = [1, 2, 64 + 513, 4] }, "far outside the picture, which is 64×48" },
        { Ignored with { Radius = null }, "radius" },
        { Ignored with { Radius = 513 }, "radius" },
        { Ignored with { Points = [] }, "no point" },
        { Ignored with { Points = [.. new double[10_002]] }, "5001 points" },
        { Defect with { DefectType = new string('x', 61) }, "60 characters" },
        { Defect with { Tool = (ShapeTool)9 }, "needs a tool" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_cannot_be_kept_says_why_and_which(Shape shape, string why)
    {
        var refused = ShapeList.Check([Ignored, shape], 64, 48).Error!;
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Shape 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_an_end_to_how_much_is_kept()
    {
        Assert.IsType<TooManyShapes>(ShapeList.Check([.. Enumerable.Repeat(Defect, 501)], 64, 48).Error);
        Assert.IsType<TooManyPoints>(ShapeList.Check([.. Enumerable.Repeat(Ignored with { Points = [.. new double[9_000]] }, 12)], 64, 48).Error);
    }

    [Fact]
    public void The_image_takes_the_type_that_most_shapes_have() => Assert.Equal(
        "dent",
        ShapeList.DefectTypeOf([Defect, Defect with { DefectType = "dent" }, Defect with { DefectType = "dent" }, Defect with { Tool = ShapeTool.Erase, DefectType = "x" }]));

    private static InspectionImage Image(ImageSplit split)
    {
        var image = Given.Image();
        Assert.True(image.Classify(split, ImageLabel.Unknown).Succeeded);
        return image;
    }
}
