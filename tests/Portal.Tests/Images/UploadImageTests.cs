using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Imaging;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Images;

public sealed class UploadImageTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task An_upload_becomes_a_row_with_its_three_blobs()
    {
        var project = await Team.ProjectAsync();
        var content = Picture.Png(TeamAtWork.Next());
        var answer = (await Team.TryUploadAsync(project, "part 1.png", content, ImageSplit.Test, ImageLabel.Normal)).Value;
        Assert.Equal((UploadImage.Outcome.Added, "part 1.png"), (answer.Outcome, answer.Name));

        var image = await Team.ImageAsync(answer.Image);
        Assert.Equal((ImageSplit.Test, ImageLabel.Normal), (image.Split, image.Label));
        Assert.Equal((Picture.Width, Picture.Height, content.Length), (image.Width, image.Height, (int)image.Bytes));
        var blobs = Get<IBlobStore>();
        await using (var original = await blobs.OpenReadAsync(Team.Tenant, image.Blobs.Original, Ct))
        {
            using var read = new MemoryStream();
            await original!.CopyToAsync(read, Ct);
            Assert.Equal(content, read.ToArray());
        }

        await using var view = await blobs.OpenReadAsync(Team.Tenant, image.Blobs.View, Ct);
        Assert.Equal(Picture.Width, ImageDecoder.Decode(view!, DecodeLimits.Default, Ct).Value.Image.Width);
        await using var thumbnail = await blobs.OpenReadAsync(Team.Tenant, image.Blobs.Thumbnail, Ct);
        Assert.Equal(SupportedFormats.Jpeg, ImageDecoder.Decode(thumbnail!, DecodeLimits.Default, Ct).Value.Format);
    }

    [Theory]
    [InlineData("bottle/train/good/000.png", ImageSplit.Support, ImageLabel.Normal, null)]
    [InlineData("bottle\\test\\good\\000.png", ImageSplit.Test, ImageLabel.Normal, null)]
    [InlineData("test/scratch/000.png", ImageSplit.Test, ImageLabel.Defective, "scratch")]
    [InlineData("somewhere/000.png", ImageSplit.Unassigned, ImageLabel.Normal, null)]
    public async Task The_path_goes_before_what_the_form_says(string path, ImageSplit split, ImageLabel label, string? type)
    {
        var project = await Team.ProjectAsync();
        var image = await Team.ImageAsync(await Team.UploadAsync(project, path, ImageSplit.Unassigned, ImageLabel.Normal));
        Assert.Equal((split, label, type), (image.Split, image.Label, image.DefectType));
    }

    [Fact]
    public async Task The_same_content_is_refused_with_the_place_of_the_first()
    {
        var project = await Team.ProjectAsync();
        var content = Picture.Png(TeamAtWork.Next());
        Assert.True((await Team.TryUploadAsync(project, "first.png", content, ImageSplit.Support)).Succeeded);
        var second = await Team.TryUploadAsync(project, "test/good/second.png", content);
        Assert.Equal(new DuplicateImage("test/good/second.png", "first.png", ImageSplit.Support), second.Error);
        // Another project is another part: the same picture may be there.
        Assert.True((await Team.TryUploadAsync(await Team.ProjectAsync(), "first.png", content)).Succeeded);
    }

    [Fact]
    public async Task Of_two_uploads_of_one_content_at_once_one_is_added()
    {
        var project = await Team.ProjectAsync();
        var content = Picture.Png(TeamAtWork.Next());
        // Both are held at the decoder, past the look for duplicates (SQLite answers on the caller's thread); then both write.
        var gate = Get<DecodeGate>();
        var held = new[] { await gate.EnterAsync(Ct), await gate.EnterAsync(Ct) };
        var uploads = new[] { "a.png", "b.png" }
            .Select(name => Team.TryUploadAsync(project, name, content)).ToArray();
        Assert.All(uploads, upload => Assert.False(upload.IsCompleted));
        foreach (var permit in held)
            permit.Dispose();
        var outcomes = await Task.WhenAll(uploads);

        Assert.Single(outcomes, o => o.Succeeded);
        Assert.IsType<DuplicateImage>(Assert.Single(outcomes, o => !o.Succeeded).Error);
        await using var context = Team.Open();
        Assert.Equal(1, await context.Images.CountAsync(i => i.ProjectId == project, Ct));
    }

    [Fact]
    public async Task A_file_that_is_no_image_adds_nothing()
    {
        var project = await Team.ProjectAsync();
        Assert.IsType<NotAnImage>((await Team.TryUploadAsync(project, "a.png", "hello, world, this is a text"u8.ToArray())).Error);
        Assert.IsType<EmptyFile>((await Team.TryUploadAsync(project, "b.png", [])).Error);
        Assert.IsType<InvalidImageName>((await Team.TryUploadAsync(project, "..", Picture.Png(TeamAtWork.Next()))).Error);
        Assert.IsType<InvalidDefectType>(
            (await Team.TryUploadAsync(project, $"test/{new string('x', 61)}/1.png", Picture.Png(TeamAtWork.Next()))).Error);
        await using var context = Team.Open();
        Assert.Equal(0, await context.Images.CountAsync(i => i.ProjectId == project, Ct));
    }

    [Fact]
    public async Task A_mask_finds_its_image_whatever_the_extension_and_makes_it_defective()
    {
        var project = await Team.ProjectAsync();
        var image = await Team.UploadAsync(project, "test/scratch/000.PNG");
        var attached = await Team.TryUploadAsync(project, "set/ground_truth/scratch/000_mask.png", Picture.Mask());
        Assert.Equal((UploadImage.Outcome.MaskAttached, image), (attached.Value.Outcome, attached.Value.Image));
        var row = await Team.ImageAsync(image);
        Assert.Equal((BlobKind.Mask, ImageLabel.Defective), (row.Mask!.Kind, row.Label));
        await using var context = Team.Open();
        Assert.Equal(1, await context.Images.CountAsync(i => i.ProjectId == project, Ct));
    }

    [Theory]
    [InlineData("test/scratch/000.crop.png")]
    [InlineData("test/Scratch/000.png")]
    [InlineData("test/scratch/0000.png")]
    public async Task A_mask_takes_the_exact_image_and_none_that_looks_alike(string alike)
    {
        var project = await Team.ProjectAsync();
        var wrong = await Team.UploadAsync(project, alike);
        Assert.IsType<MaskWithoutImage>((await Team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Error);
        var right = await Team.UploadAsync(project, "test/scratch/000.png");
        Assert.Equal(right, (await Team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Value.Image);
        Assert.Null((await Team.ImageAsync(wrong)).Mask);
    }

    [Fact]
    public async Task A_mask_without_its_image_is_refused()
    {
        var project = await Team.ProjectAsync();
        var result = await Team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask());
        Assert.Equal(new MaskWithoutImage("ground_truth/scratch/000_mask.png", "test/scratch/000"), result.Error);
    }

    [Fact]
    public async Task A_mask_of_another_size_is_refused_and_leaves_the_image_alone()
    {
        var project = await Team.ProjectAsync();
        var image = await Team.UploadAsync(project, "test/good/000.png");
        var result = await Team.TryUploadAsync(project, "ground_truth/good/000_mask.png", Picture.Mask(Picture.Width + 1));
        var error = Assert.IsType<MaskSizeMismatch>(result.Error);
        Assert.Equal((Picture.Width + 1, Picture.Height, Picture.Width, Picture.Height), (error.Width, error.Height, error.ImageWidth, error.ImageHeight));
        var row = await Team.ImageAsync(image);
        Assert.Null(row.Mask);
        Assert.Equal(ImageLabel.Normal, row.Label);
    }

    [Fact]
    public async Task A_support_shot_takes_no_mask()
    {
        var project = await Team.ProjectAsync();
        var image = await Team.UploadAsync(project, "test/good/000.png");
        Assert.True((await Get<ClassifyImages>().HandleAsync(Team.Engineer, new(project, [image], ImageSplit.Support, null, null), Ct)).Succeeded);
        Assert.IsType<SupportShotMustBeNormal>((await Team.TryUploadAsync(project, "ground_truth/good/000_mask.png", Picture.Mask())).Error);
        Assert.Null((await Team.ImageAsync(image)).Mask);
    }
}
