using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Http;

public sealed class UploadEndpointTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_visitor_gets_401_and_no_redirect()
    {
        var response = await Visitor().UploadAsync(new ProjectId(Guid.NewGuid()), token: null, null, ("a.png", Picture.Png(1)));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nonsense")]
    public async Task Without_a_valid_token_nothing_is_taken(string? token)
    {
        var (browser, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        await AssertProblemAsync(await browser.UploadAsync(project, token, null, ("a.png", Picture.Png(1))), HttpStatusCode.BadRequest, "request.token");
        Assert.Equal(0, await CountAsync(team));
    }

    [Fact]
    public async Task A_token_of_another_person_is_not_valid()
    {
        var (browser, team) = await MemberAsync();
        var (other, _) = await MemberAsync();
        var project = await team.ProjectAsync();
        var response = await browser.UploadAsync(project, await other.TokenAsync(), null, ("a.png", Picture.Png(1)));
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "request.token");
    }

    [Theory]
    [InlineData("split", "training")]
    [InlineData("split", "7")]
    [InlineData("label", "bad")]
    [InlineData("label", "-1")]
    public async Task An_unknown_split_or_label_is_refused(string field, string value)
    {
        var (browser, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var response = await browser.UploadAsync(project, await browser.TokenAsync(), new() { [field] = value }, ("a.png", Picture.Png(1)));
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "upload.choice");
        Assert.Equal(0, await CountAsync(team));
    }

    [Fact]
    public async Task A_form_without_files_is_refused()
    {
        var (browser, team) = await MemberAsync();
        var response = await browser.UploadAsync(await team.ProjectAsync(), await browser.TokenAsync(), new() { ["split"] = "test" });
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "upload.none");
    }

    [Fact]
    public async Task Each_file_has_an_outcome_of_its_own()
    {
        var (browser, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var good = Picture.Png(TeamAtWork.Next());
        var response = await browser.UploadAsync(
            project, await browser.TokenAsync(), new() { ["split"] = "Test", ["label"] = "normal" },
            ("plain.png", good), ("again.png", good), ("broken.png", [1, 2, 3]), ("set/test/scratch/000.png", Picture.Png(TeamAtWork.Next())),
            ("set/ground_truth/scratch/000_mask.png", Picture.Mask()));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var items = (await ReadAsync<UploadAnswer>(response)).Items;
        Assert.Equal(
            [UploadOutcome.Added, UploadOutcome.Duplicate, UploadOutcome.Rejected, UploadOutcome.Added, UploadOutcome.MaskAttached], items.Select(i => i.Outcome));
        Assert.Equal(["image.duplicate", "image.content"], items.Where(i => i.Error is not null).Select(i => i.Error!.Code));
        Assert.Equal("test/scratch/000.png", items[3].Name);
        Assert.Equal(items[3].Id, items[4].Id);
        var plain = await team.ImageAsync(new ImageId(items[0].Id!.Value));
        Assert.Equal((ImageSplit.Test, ImageLabel.Normal), (plain.Split, plain.Label));
        Assert.Equal(2, await CountAsync(team));
    }

    [Fact]
    public async Task A_file_larger_than_the_memory_buffer_arrives_whole()
    {
        var (browser, team) = await MemberAsync();
        // Noise does not compress: this is about a megabyte and goes through a file on disk.
        var noise = new byte[600 * 600 * 3];
        new Random(1).NextBytes(noise);
        using var png = new MemoryStream();
        Imaging.PngWriter.Write(new Imaging.RgbImage(600, 600, noise), png);
        var response = await browser.UploadAsync(await team.ProjectAsync(), await browser.TokenAsync(), null, ("large.png", png.ToArray()));
        var item = Assert.Single((await ReadAsync<UploadAnswer>(response)).Items);
        Assert.Equal(UploadOutcome.Added, item.Outcome);
        Assert.Equal(png.Length, (await team.ImageAsync(new ImageId(item.Id!.Value))).Bytes);
    }

    [Fact]
    public async Task Another_teams_project_is_not_there()
    {
        var (browser, own) = await MemberAsync();
        var (_, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var response = await browser.UploadAsync(project, await browser.TokenAsync(), null, ("a.png", Picture.Png(1)));
        await AssertProblemAsync(response, HttpStatusCode.NotFound, "project.missing");
        Assert.Equal((0, 0), (await CountAsync(team), await CountAsync(own)));
    }

    [Fact]
    public async Task A_viewer_may_not_upload()
    {
        var (browser, team) = await MemberAsync(TeamRole.Viewer);
        var response = await browser.UploadAsync(await team.ProjectAsync(), await browser.TokenAsync(), null, ("a.png", Picture.Png(1)));
        await AssertProblemAsync(response, HttpStatusCode.Forbidden, "role.low");
        Assert.Equal(0, await CountAsync(team));
    }

    private static async Task<int> CountAsync(TeamAtWork team)
    {
        await using var context = team.Open();
        return await context.Images.CountAsync(Ct);
    }
}
