using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Results;

public sealed class ListResultsTests(PortalHost host) : PortalTest(host)
{
    /// <summary>Few values, the lines 1 and 2 among them: most scores are tied, and some are exactly on a line.</summary>
    private static readonly double[] Scores = [0, 0.5, 1, 1.25, 2, 2, 3];

    private static readonly string[] Names = ["a.png", "B.png", "b.png", "ä.png", "test/x/000.png", "Z", "a.png"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_position_of_a_result_is_where_the_list_has_it(int seed)
    {
        var (project, model, results) = await ScoredAsync(seed, 24);
        var list = Get<ListResults>();
        foreach (var order in Enum.GetValues<ResultOrder>())
        {
            foreach (var verdict in Enum.GetValues<Verdict>().Cast<Verdict?>().Append(null))
            {
                var request = new ListResults.Request(project, model.Id, verdict, Order: order);
                var items = (await list.HandleAsync(Team.Viewer, request, Ct)).Value.Items;
                for (var i = 0; i < items.Count; i++)
                {
                    var result = results.Single(r => r.Id == items[i].Id);
                    Assert.Equal(i, await list.PositionAsync(Team.Viewer, request, result, model, items[i].Name, Ct));
                }
            }
        }
    }

    [Fact]
    public async Task The_lists_are_in_the_order_that_they_say()
    {
        var (project, _, results) = await ScoredAsync(3, 30);
        var down = await Items(new(project));
        Assert.Equal(results.Select(r => r.Score).OrderDescending(), down.Select(i => i.Score));
        var up = await Items(new(project, Order: ResultOrder.ScoreAscending));
        Assert.Equal(results.Select(r => r.Score).Order(), up.Select(i => i.Score));
        var byName = await Items(new(project, Order: ResultOrder.Name));
        Assert.Equal(byName.Select(i => i.Name).Order(StringComparer.Ordinal), byName.Select(i => i.Name));
        Assert.All([down, up, byName], items => Assert.Equal(30, items.Select(i => i.Id).Distinct().Count()));
    }

    [Theory]
    [InlineData(ResultOrder.ScoreDescending)]
    [InlineData(ResultOrder.Name)]
    public async Task The_pages_together_are_the_list(ResultOrder order)
    {
        var (project, _, _) = await ScoredAsync(4, 25);
        var whole = await Items(new(project, Order: order));
        var paged = new List<ListResults.Item>();
        for (var skip = 0; skip < 25; skip += 4)
            paged.AddRange(await Items(new(project, Order: order, Skip: skip, Take: 4)));
        Assert.Equal(whole, paged);
    }

    [Fact]
    public async Task The_database_judges_as_the_calibration_does()
    {
        var (project, model, results) = await ScoredAsync(5, 40);
        var all = (await Get<ListResults>().HandleAsync(Team.Viewer, new(project), Ct)).Value;
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            var expected = results.Where(r => model.Calibration.Judge(r.Score) == verdict).Select(r => r.Id).ToHashSet();
            var answer = (await Get<ListResults>().HandleAsync(Team.Viewer, new(project, Verdict: verdict), Ct)).Value;
            Assert.Equal(expected, answer.Items.Select(i => i.Id).ToHashSet());
            Assert.Equal(expected.Count, answer.Total);
            // The counts of the tabs do not depend on the tab.
            Assert.Equal(expected.Count, all.Counts[verdict]);
            Assert.Equal(all.Counts, answer.Counts);
        }
    }

    [Fact]
    public async Task A_label_filters_list_and_counts()
    {
        var (project, _, _) = await ScoredAsync(6, 12);
        var answer = (await Get<ListResults>().HandleAsync(Team.Viewer, new(project, Label: ImageLabel.Defective), Ct)).Value;
        Assert.All(answer.Items, item => Assert.Equal(ImageLabel.Defective, item.Label));
        Assert.Equal(6, answer.Total);
        Assert.Equal(6, answer.Counts.Values.Sum());
    }

    [Fact]
    public async Task Without_a_model_there_is_an_empty_list_and_the_latest_is_the_default()
    {
        var project = await Team.ProjectAsync();
        var empty = (await Get<ListResults>().HandleAsync(Team.Viewer, new(project), Ct)).Value;
        Assert.Null(empty.Model);
        Assert.Empty(empty.Items);

        await Team.ShotsAsync(project, 2);
        var image = (await Team.RowsAsync(project, ("t", ImageSplit.Test, ImageLabel.Unknown)))[0];
        var (first, _) = await Team.ModelAsync(project, await Team.RunAsync(project), [(image, 1)]);
        var (second, _) = await Team.ModelAsync(project, await Team.RunAsync(project), [(image, 3)]);
        Assert.Equal(second.Id, (await Get<ListResults>().HandleAsync(Team.Viewer, new(project), Ct)).Value.Model!.Id);
        Assert.Equal(1, Assert.Single(await Items(new(project, first.Id))).Score);
        Assert.Equal([2, 1], (await Get<ListModels>().HandleAsync(Team.Viewer, project, Ct)).Select(m => m.Version));
    }

    [Fact]
    public async Task A_model_of_another_project_is_not_found_here()
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var other = await Team.ProjectAsync();
        Assert.IsType<ModelNotFound>((await Get<ListResults>().HandleAsync(Team.Viewer, new(other, keys.Model), Ct)).Error);
    }

    private async Task<IReadOnlyList<ListResults.Item>> Items(ListResults.Request request) =>
        (await Get<ListResults>().HandleAsync(Team.Viewer, request, Ct)).Value.Items;

    private async Task<(ProjectId Project, TrainedModel Model, List<ScoredImage> Results)> ScoredAsync(int seed, int count)
    {
        var random = new Random(seed);
        var project = await Team.ProjectAsync();
        await Team.ShotsAsync(project, 2);
        var images = await Team.RowsAsync(
            project,
            [.. Enumerable.Range(0, count).Select(i =>
                (Names[random.Next(Names.Length)], ImageSplit.Test, i % 2 == 0 ? ImageLabel.Normal : ImageLabel.Defective))]);
        // Shuffled, so that the order of insertion, and with it of ids, is not the order of anything else.
        var scored = images.Select(image => (image, Scores[random.Next(Scores.Length)])).OrderBy(_ => random.Next()).ToList();
        var (model, results) = await Team.ModelAsync(project, await Team.RunAsync(project), scored);
        return (project, model, results);
    }
}
