using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Images;

public sealed class ImageListTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Every_filter_keeps_what_it_says()
    {
        var project = await Team.ProjectAsync();
        await Team.RowsAsync(await Team.ProjectAsync(), ("other.png", ImageSplit.Test, ImageLabel.Normal));
        var rows = await Team.RowsAsync(
            project,
            ("left 1.png", ImageSplit.Support, ImageLabel.Normal), ("left 2.png", ImageSplit.Test, ImageLabel.Normal),
            ("right 100%_1.png", ImageSplit.Test, ImageLabel.Defective), ("right 2.png", ImageSplit.Unassigned, ImageLabel.Unknown),
            ("Über A.png", ImageSplit.Test, ImageLabel.Unknown));

        async Task Holds(ListImages.Request request, params int[] wanted)
        {
            var answer = await Get<ListImages>().HandleAsync(Team.Viewer, request, Ct);
            Assert.Equal(wanted.Select(i => rows[i].Id).ToHashSet(), answer.Items.Select(i => i.Id).ToHashSet());
            Assert.Equal(wanted.Length, answer.Total);
        }

        await Holds(new(project), 0, 1, 2, 3, 4);
        await Holds(new(project, Split: ImageSplit.Test), 1, 2, 4);
        await Holds(new(project, Split: ImageSplit.Unassigned), 3);
        await Holds(new(project, Label: ImageLabel.Normal), 0, 1);
        await Holds(new(project, ImageSplit.Test, ImageLabel.Defective), 2);
        await Holds(new(project, Search: " left "), 0, 1);
        await Holds(new(project, ImageSplit.Test, Search: "left"), 1);
        // What people type is text and no pattern.
        await Holds(new(project, Search: "%"), 2);
        await Holds(new(project, Search: "_"), 2);
        await Holds(new(project, Search: "\\"));
        // A to Z in capitals or not, in either database; of other letters each is itself only.
        await Holds(new(project, Search: "LEFT"), 0, 1);
        await Holds(new(project, Search: "ÜBER a"), 4);
        await Holds(new(project, Search: "über"));
        await Holds(new(project, Search: "nothing like it"));
        await Holds(new(project, Search: "   "), 0, 1, 2, 3, 4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task The_pages_together_are_the_list_each_image_once(int take)
    {
        var project = await Team.ProjectAsync();
        // Equal names, so that only the last key of the order keeps pages from overlapping.
        await Team.RowsAsync(project, [.. Enumerable.Range(0, 23).Select(i => ($"{i % 5}.png", (ImageSplit)(i % 3), ImageLabel.Unknown))]);
        var list = Get<ListImages>();
        var whole = await list.HandleAsync(Team.Viewer, new(project), Ct);
        var paged = new List<ListImages.Item>();
        for (var skip = 0; skip < whole.Total; skip += take)
        {
            var page = await list.HandleAsync(Team.Viewer, new(project, Skip: skip, Take: take), Ct);
            Assert.Equal(23, page.Total);
            paged.AddRange(page.Items);
        }

        Assert.Equal(whole.Items, paged);
        Assert.Equal(23, paged.Select(i => i.Id).Distinct().Count());
    }

    [Fact]
    public async Task Shots_come_first_then_the_test_set_then_the_rest_each_by_name()
    {
        var project = await Team.ProjectAsync();
        await Team.RowsAsync(
            project,
            ("1", ImageSplit.Unassigned, ImageLabel.Unknown), ("3", ImageSplit.Test, ImageLabel.Unknown), ("2", ImageSplit.Test, ImageLabel.Unknown),
            ("9", ImageSplit.Support, ImageLabel.Normal), ("8", ImageSplit.Support, ImageLabel.Normal));
        var answer = await Get<ListImages>().HandleAsync(Team.Viewer, new(project), Ct);
        Assert.Equal(["8", "9", "2", "3", "1"], answer.Items.Select(i => i.Name));
    }

    [Fact]
    public async Task The_list_says_which_images_have_a_mask()
    {
        var project = await Team.ProjectAsync();
        await Team.UploadAsync(project, "test/scratch/000.png");
        await Team.UploadAsync(project, "test/scratch/001.png");
        await Team.TryUploadAsync(project, "ground_truth/scratch/001_mask.png", Picture.Mask());
        var answer = await Get<ListImages>().HandleAsync(Team.Viewer, new(project), Ct);
        Assert.Equal([false, true], answer.Items.Select(i => i.HasMask));
    }
}
