using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Scale;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>Two versions with 20,000 results each: pages go along an index and are those of a slow reference. Times are printed, for docs/registry.md.</summary>
public sealed class ComparisonAtScaleTests(PortalHost host, ITestOutputHelper output) : PortalTest(host)
{
    private const int Many = 20_000;

    [Fact]
    public async Task Twenty_thousand_pairs_are_paged_along_an_index()
    {
        var (first, second) = await ScoredAsync();
        var reference = (await Get<GetComparedScores>().HandleAsync(Team.Viewer, new(second, first), Ct)).Value;
        Assert.Equal(Many, reference.Count);
        var flipped = reference.Where(p => p.FirstSays != p.SecondSays).ToList();
        Assert.NotEmpty(flipped);

        var seen = new List<ComparedImage>();
        ComparedPosition? after = null;
        using (var plans = new Plans())
        {
            while (await PageAsync(first, second, ComparedShow.Flipped, after, 400) is { Count: > 0 } page)
            {
                seen.AddRange(page);
                after = new ComparedPosition(page[^1].Second.Score, page[^1].Second.Result.Value);
            }

            await PageAsync(first, second, ComparedShow.All, null, 100);
            Assert.Empty(plans.Slow);
        }

        Assert.Equal(flipped.Select(p => p.Result).ToHashSet(), seen.Select(i => i.Second.Result).ToHashSet());
        Assert.Equal(flipped.Count, seen.Count);
        Assert.Equal(seen.Select(i => i.Second.Score).OrderDescending(), seen.Select(i => i.Second.Score));
        var compared = (await Get<CompareModels>().OfModelAsync(Team.Viewer, second, first, Ct)).Value;
        Assert.Equal((Many, flipped.Count), (compared.Images, compared.Flipped));

        var times = new Times(output);
        output.WriteLine($"| {Many} images of both | median ms | 95 % | most |");
        await times.MeasureAsync("metrics, verdicts and the interval", 9, () => Get<CompareModels>().OfModelAsync(Team.Viewer, second, first, Ct));
        await times.MeasureAsync("first 48 flipped images", 9, () => PageAsync(first, second, ComparedShow.Flipped, null, 48));
        await times.MeasureAsync("first 48 images for the worse", 9, () => PageAsync(first, second, ComparedShow.Worse, null, 48));
        await times.MeasureAsync("all pairs for the plot", 9, () => Get<GetComparedScores>().HandleAsync(Team.Viewer, new(second, first), Ct));
    }

    private async Task<IReadOnlyList<ComparedImage>> PageAsync(ModelId first, ModelId second, ComparedShow show, ComparedPosition? after, int take) =>
        (await Get<ListCompared>().HandleAsync(Team.Viewer, new(second, first, show, after, take), Ct)).Value;

    /// <summary>One image with two results through the model's own code, and copies of their rows with other ids, names and scores.</summary>
    private async Task<(ModelId First, ModelId Second)> ScoredAsync()
    {
        var made = await LinedProject.CreateAsync(Team, [("part 0", ImageSplit.Test, ImageLabel.Normal, 0.5)]);
        var (second, results) = await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), [(made.Images[0], 0.6)]);
        var mark = (TeamAtWork.Next() % 0xffff).ToString("X4", CultureInfo.InvariantCulture);
        string Id(string kind) => WrittenRows.Id($"{WrittenRows.Hex("n", 8)} || '-{mark}-7000-{kind}-' || {WrittenRows.Hex("n", 12)}");
        const string label = "CASE n % 10 WHEN 8 THEN 'Defective' WHEN 9 THEN 'Unknown' ELSE 'Normal' END";
        const string score = "((n * 7919) % 19991) / 19991.0 * 2.0 + CASE n % 10 WHEN 8 THEN 0.8 ELSE 0 END";
        await using var context = Team.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(Ct);
        async Task CopyAsync(string table, Guid copied, Dictionary<string, string> values) => await WrittenRows.WriteAsync(context, table, (1, 1, Many), values, copied, Ct);
        await CopyAsync("Images", made.Images[0].Id.Value, new()
        {
            ["Id"] = Id("8000"), ["Name"] = $"'part ' || {WrittenRows.Padded("n", 6)}", ["Sha256"] = $"'{mark.ToLowerInvariant()}' || {WrittenRows.Hex("n", 60)}", ["Label"] = label,
        });
        await CopyAsync("Results", made.Results[0].Id.Value, new() { ["Id"] = Id("9000"), ["ImageId"] = Id("8000"), ["Score"] = score });
        await CopyAsync("Results", results[0].Id.Value, new() { ["Id"] = Id("A000"), ["ImageId"] = Id("8000"), ["Score"] = $"{score} + ((n * 104729) % 997) / 997.0 * 0.4 - 0.2" });
        await transaction.CommitAsync(Ct);
        return (made.Model.Id, second.Id);
    }
}
