using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Rest;

public sealed class ImageRestTests(PortalHost host) : HttpTest(host)
{
    [Theory]
    [InlineData("name")]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Every_order_gives_every_image_once_though_names_and_times_are_equal(string order)
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var rows = await team.RowsAsync(project, [.. Enumerable.Range(0, 23).Select(i => ($"same {i % 3}.png", ImageSplit.Test, ImageLabel.Unknown))]);
        var (items, pages) = await program.AllAsync<RestImage>($"projects/{project.Value}/images?order={order}", limit: 5);
        Assert.Equal(5, pages);
        Assert.Equal(rows.Select(r => r.Id.Value).Order(), items.Select(i => i.Id).Order());
        if (order == "name")
            Assert.Equal(items.Select(i => i.Name).Order(StringComparer.Ordinal), items.Select(i => i.Name));
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_a_choice_that_is_none_is_refused()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        await team.RowsAsync(
            project, ("a.png", ImageSplit.Support, ImageLabel.Normal), ("b.png", ImageSplit.Test, ImageLabel.Defective), ("c.png", ImageSplit.Test, ImageLabel.Normal));
        var list = $"projects/{project.Value}/images";
        Assert.Equal(["b.png", "c.png"], (await program.AllAsync<RestImage>($"{list}?split=test", 10)).Items.Select(i => i.Name));
        Assert.Equal(["c.png"], (await program.AllAsync<RestImage>($"{list}?split=test&label=normal", 10)).Items.Select(i => i.Name));
        Assert.Equal(["a.png"], (await program.AllAsync<RestImage>($"{list}?search=a.", 10)).Items.Select(i => i.Name));
        Assert.Empty((await program.AllAsync<RestImage>($"{list}?defectType=scratch", 10)).Items);
        await AssertProblemAsync(await program.GetAsync($"{list}?split=7"), HttpStatusCode.BadRequest, "request.choice");
        await AssertProblemAsync(await program.GetAsync($"{list}?split=drawer"), HttpStatusCode.BadRequest, "request.choice");
        var next = (await program.GetAsync<Api.Rest.RestPage<RestImage>>($"{list}?limit=1")).Next;
        await AssertProblemAsync(await program.GetAsync($"{list}?order=newest&cursor={next}"), HttpStatusCode.BadRequest, "page.cursor");
    }

    [Fact]
    public async Task An_image_is_changed_and_deleted_only_as_its_caller_saw_it()
    {
        var (program, team) = await ProgramAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png", ImageSplit.Test);
        var address = $"images/{image.Value}";
        var tag = (await program.GetAsync(address)).Headers.ETag!.ToString();
        var changed = await program.SendAsync(HttpMethod.Patch, address, new { label = "defective", defectType = "scratch" }, ifMatch: tag);
        var row = await ReadAsync<RestImage>(changed);
        Assert.Equal((ImageSplit.Test, ImageLabel.Defective, "scratch"), (row.Split, row.Label, row.DefectType));
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, address, ifMatch: tag), HttpStatusCode.PreconditionFailed, "image.changed");
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Patch, address, new { split = "support", label = "defective" }), HttpStatusCode.Conflict, "image.support.defective");
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, address, ifMatch: changed.Headers.ETag!.ToString())).StatusCode);
        await AssertProblemAsync(await program.GetAsync(address), HttpStatusCode.NotFound, "image.missing");
    }

    [Fact]
    public async Task Many_are_changed_or_none()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var (first, second) = (await team.UploadAsync(project, "a.png"), await team.UploadAsync(project, "b.png"));
        var all = $"projects/{project.Value}/images";
        Assert.Equal(HttpStatusCode.NoContent, (await program.PostAsync($"{all}:classify", new { ids = new[] { first.Value, second.Value }, split = "test" })).StatusCode);
        Assert.Equal(2, (await program.AllAsync<RestImage>($"{all}?split=test", 10)).Items.Count);
        await AssertProblemAsync(
            await program.PostAsync($"{all}:delete", new { ids = new[] { first.Value, Guid.NewGuid() } }), HttpStatusCode.NotFound, "image.missing");
        await AssertProblemAsync(await program.PostAsync($"{all}:delete", new { ids = Array.Empty<Guid>() }), HttpStatusCode.BadRequest, "images.ids");
        Assert.Equal(HttpStatusCode.NoContent, (await program.PostAsync($"{all}:delete", new { ids = new[] { first.Value, second.Value } })).StatusCode);
        Assert.Empty((await program.AllAsync<RestImage>(all, 10)).Items);
    }

    [Fact]
    public async Task The_upload_comes_back_as_it_came_under_its_name_and_only_to_be_saved()
    {
        var (program, team) = await ProgramAsync();
        var content = Picture.Png(TeamAtWork.Next());
        var image = (await team.TryUploadAsync(await team.ProjectAsync(), "set/test/good/prüfling 1.png", content)).Value.Image;
        var response = await program.GetAsync($"images/{image.Value}/original");
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal(("attachment", "prüfling 1.png"), (response.Content.Headers.ContentDisposition!.DispositionType, response.Content.Headers.ContentDisposition.FileNameStar));
        Assert.Equal("nosniff", string.Join(',', response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_mask_is_put_beside_its_image()
    {
        var (program, team) = await ProgramAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png", ImageSplit.Test);
        var address = $"images/{image.Value}/mask";
        var row = await ReadAsync<RestImage>(await program.SendAsync(HttpMethod.Put, address, Png(Picture.Mask())));
        Assert.Equal((true, ImageLabel.Defective, $"/api/v1/{address}"), (row.HasMask, row.Label, row.Links.Mask));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(address)).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, address, Png(Picture.Mask(60, 50))), HttpStatusCode.BadRequest, "mask.size");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, address, Png([])), HttpStatusCode.BadRequest, "mask.none");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, address, new { a = 1 }), HttpStatusCode.UnsupportedMediaType, "http.415");
    }

    private static ByteArrayContent Png(byte[] content)
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return body;
    }
}
