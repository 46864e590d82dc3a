using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Storage;
using FewShotAD.Imaging;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Transfers;

public sealed class CocoExportTests(PortalHost host) : TransferTest(host)
{
    [Fact]
    public async Task Every_mask_comes_out_as_it_went_in_a_region_at_a_time()
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Host.Services.GetRequiredService<IBlobStore>(), team, "Bracket");
        var mask = new byte[Picture.Width * Picture.Height];
        // A ring with a dot in it, and two squares that meet at a corner: three regions.
        foreach (var (x, y) in from x in Enumerable.Range(2, 5) from y in Enumerable.Range(2, 5) where x is 2 or 6 || y is 2 or 6 || (x, y) == (4, 4) select (x, y))
            mask[(y * Picture.Width) + x] = 255;
        foreach (var (x, y) in new[] { (20, 20), (21, 20), (20, 21), (21, 21), (22, 22), (23, 22), (22, 23), (23, 23) })
            mask[(y * Picture.Width) + x] = 255;
        await AddAsync(team, project, "test/ring/000.png", mask);

        var file = await ExportAsync(program, team, project, new { format = "coco" });
        Assert.Equal(file, await ExportAsync(program, team, project, new { format = "coco" }));
        var coco = new CocoReader(file);
        Assert.Equal(16, coco.Files.Count);
        Assert.Equal(["ring"], coco.CategoriesOf("test/ring/000.png"));
        Assert.Equal(3, coco.AnnotationsOf("test/ring/000.png"));
        Assert.Equal(mask.Select(v => v != 0), coco.MaskOf("test/ring/000.png"));
        Assert.Equal(0, coco.AnnotationsOf("train/good/000.png"));

        // The files are those of the MVTec export, and so are the masks.
        var files = Unzip(await ExportAsync(program, team, project, new { format = "mvtec" }));
        Assert.Empty(coco.Files.Except(files.Keys));
        foreach (var image in coco.Files.Where(f => coco.AnnotationsOf(f) > 0))
        {
            var place = image.Replace("test/", "ground_truth/", StringComparison.Ordinal).Replace("unassigned/", "unassigned_ground_truth/", StringComparison.Ordinal);
            var stored = MaskDecoder.Decode(files[place.Replace(".png", "_mask.png", StringComparison.Ordinal)], DecodeLimits.Default, Ct).Value;
            Assert.Equal(stored.Pixels.Select(v => v != 0), coco.MaskOf(image));
            Assert.Equal(MaskRegions.Of(Array.ConvertAll(stored.Pixels, v => v != 0), stored.Width).Sizes.Count, coco.AnnotationsOf(image));
        }
    }

    [Fact]
    public async Task A_project_without_anything_is_a_valid_empty_file()
    {
        var (program, team) = await CallerAsync();
        Assert.Equal(0, new CocoReader(await ExportAsync(program, team, await team.ProjectAsync(), new { format = "coco" })).Annotations);
    }

    private static async Task AddAsync(TeamAtWork team, ProjectId project, string path, byte[] mask)
    {
        await team.UploadAsync(project, path);
        using var png = new MemoryStream();
        PngWriter.WriteGrey(mask, Picture.Width, Picture.Height, png);
        var place = path.Replace("test/", "ground_truth/", StringComparison.Ordinal).Replace(".png", "_mask.png", StringComparison.Ordinal);
        Assert.True((await team.TryUploadAsync(project, place, png.ToArray())).Succeeded);
    }
}
