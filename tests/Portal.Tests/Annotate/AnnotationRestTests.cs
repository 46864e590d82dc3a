using System.Net;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Imaging;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Annotate;

/// <summary>Drawings through HTTP, as the page saves them.</summary>
public sealed class AnnotationRestTests(PortalHost host) : HttpTest(host)
{
    private static readonly object Box = new { tool = "box", layer = "defect", points = new[] { 4.0, 5, 14, 12 }, defectType = "scratch" };
    private static readonly object Ignored = new { tool = "brush", layer = "ignore", points = new[] { 30.0, 20, 36, 22 }, radius = 3 };

    [Fact]
    public async Task Shapes_become_masks_labels_and_one_line_in_the_trail()
    {
        var (program, team) = await ProgramAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png", ImageSplit.Test);
        var address = $"images/{image.Value}/annotation";
        var empty = await program.GetAsync(address);
        var nothing = await ReadAsync<RestAnnotation>(empty);
        Assert.Equal((0, Picture.Width, Picture.Height, false, 0), (nothing.Version, nothing.Width, nothing.Height, nothing.HasBase, nothing.Shapes.Count));
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync($"images/{image.Value}/mask.png")).StatusCode);
        Assert.DoesNotContain((byte)255, await PixelsAsync(program, $"images/{image.Value}/ignore.png"));

        var saved = await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box, Ignored } }, ifMatch: empty.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        var mask = await PixelsAsync(program, $"images/{image.Value}/mask.png");
        Assert.Equal(10 * 7, mask.Count(value => value == 255));
        Assert.Equal(255, mask[(5 * Picture.Width) + 4]);
        Assert.Equal(255, (await PixelsAsync(program, $"images/{image.Value}/ignore.png"))[(20 * Picture.Width) + 31]);
        var row = await team.ImageAsync(image);
        Assert.Equal((ImageLabel.Defective, "scratch"), (row.Label, row.DefectType));

        // The answer's tag is that of the thing: the next save goes on from it.
        var read = await program.GetAsync(address);
        Assert.Equal(saved.Headers.ETag, read.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, (await program.GetAsync(address, ifNoneMatch: saved.Headers.ETag!.ToString())).StatusCode);
        var again = await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box, Ignored } }, ifMatch: saved.Headers.ETag!.ToString());
        Assert.Equal(1, (await ReadAsync<SavedAnnotation>(again)).Annotation.Version);
        var cleared = await ReadAsync<SavedAnnotation>(await program.SendAsync(HttpMethod.Put, address, new { shapes = Array.Empty<object>() }));
        Assert.Equal(2, cleared.Annotation.Version);
        Assert.Contains("still labelled defective", cleared.Note, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync($"images/{image.Value}/mask.png")).StatusCode);
        await using var context = team.Open();
        Assert.Equal(1, await context.Audit.CountAsync(entry => entry.Action == AuditAction.ImageAnnotate, Ct));
    }

    [Fact]
    public async Task Who_saves_over_what_somebody_else_saved_is_told_and_nothing_is_lost()
    {
        var (program, team) = await ProgramAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png", ImageSplit.Test);
        var address = $"images/{image.Value}/annotation";
        var seen = (await program.GetAsync(address)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box } }, ifMatch: seen)).StatusCode);
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Ignored } }, ifMatch: seen), HttpStatusCode.PreconditionFailed, "annotation.changed");
        Assert.Equal("scratch", Assert.Single((await program.GetAsync<RestAnnotation>(address)).Shapes).DefectType);
    }

    [Fact]
    public async Task An_imported_mask_lies_below_is_erased_from_and_can_be_left_out()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var image = await team.UploadAsync(project, "test/scratch/000.png");
        Assert.True((await team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Succeeded);
        var address = $"images/{image.Value}/annotation";
        Assert.True((await program.GetAsync<RestAnnotation>(address)).HasBase);
        await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box } });
        Assert.Equal(71, (await PixelsAsync(program, $"images/{image.Value}/mask.png")).Count(value => value == 255));
        await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box }, useBase = false });
        Assert.Equal(70, (await PixelsAsync(program, $"images/{image.Value}/mask.png")).Count(value => value == 255));
        var rubber = new { tool = "erase", layer = "defect", points = new[] { 1.5, 1.5 }, radius = 3 };
        await program.SendAsync(HttpMethod.Put, address, new { shapes = new object[] { rubber }, useBase = true });
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync($"images/{image.Value}/mask.png")).StatusCode);
        // Another import takes the place of all that was drawn.
        Assert.True((await team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Succeeded);
        Assert.Empty((await program.GetAsync<RestAnnotation>(address)).Shapes);
    }

    [Fact]
    public async Task Bad_shapes_and_defects_on_a_support_shot_are_refused_and_change_nothing()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var shot = (await team.ShotsAsync(project, 1))[0];
        var address = $"images/{shot.Value}/annotation";
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Box } }), HttpStatusCode.Conflict, "annotation.support");
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { new { tool = "polygon", layer = "ignore", points = new[] { 1.0, 2 } } } }),
            HttpStatusCode.BadRequest, "annotation.shape");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, address, new { useBase = true }), HttpStatusCode.BadRequest, "annotation.none");
        Assert.Equal(HttpStatusCode.BadRequest, (await program.SendAsync(HttpMethod.Put, address, new { shapes = new object?[] { null } })).StatusCode);
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Put, address, new { shapes = Enumerable.Repeat(Ignored, 501) }), HttpStatusCode.RequestEntityTooLarge, "annotation.shapes");
        Assert.Equal(0, (await program.GetAsync<RestAnnotation>(address)).Version);
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Put, address, new { shapes = new[] { Ignored } })).StatusCode);
        Assert.Equal(ImageLabel.Normal, (await team.ImageAsync(shot)).Label);
    }

    [Fact]
    public async Task A_reviewer_draws_a_viewer_looks_and_a_region_of_the_project_is_for_engineers()
    {
        var (_, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        var image = await team.UploadAsync(project, "a.png", ImageSplit.Test);
        var (reads, reviews, writes) = (await ProgramAsync(team, TeamPermissions.Read), await ProgramAsync(team, TeamPermissions.Read | TeamPermissions.Review), await ProgramAsync(team, TeamPermissions.Write));
        var (address, region) = ($"images/{image.Value}/annotation", $"projects/{project.Value}/ignore");
        var body = new { shapes = new[] { Box } };
        Assert.Equal(HttpStatusCode.OK, (await reads.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await reads.SendAsync(HttpMethod.Put, address, body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await reviews.SendAsync(HttpMethod.Put, address, body)).StatusCode);
        var whole = new { width = Picture.Width, height = Picture.Height, shapes = new[] { Ignored } };
        Assert.Equal(HttpStatusCode.Forbidden, (await reviews.SendAsync(HttpMethod.Put, region, whole)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await writes.SendAsync(HttpMethod.Put, region, whole)).StatusCode);
        var (stranger, _) = await ProgramAsync();
        foreach (var path in new[] { address, $"images/{image.Value}/mask.png", $"images/{image.Value}/ignore.png", region, $"{region}/rescoring" })
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).StatusCode);
    }

    private static async Task<byte[]> PixelsAsync(RestProgram program, string address)
    {
        var answer = await program.GetAsync(address);
        Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var mask = MaskDecoder.Decode(await answer.Content.ReadAsByteArrayAsync(Ct), DecodeLimits.Default, Ct).Value;
        Assert.Equal((Picture.Width, Picture.Height), (mask.Width, mask.Height));
        return mask.Pixels;
    }
}
