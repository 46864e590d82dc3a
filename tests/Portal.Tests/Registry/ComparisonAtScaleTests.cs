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
        string Id(string kind) => $"printf('%08X-{mark}-7000-{kind}-%012X', n, n)";
        const string label = "CASE n % 10 WHEN 8 THEN 'Defective' WHEN 9 THEN 'Unknown' ELSE 'Normal' END";
        const string score = "((n * 7919) % 19991) / 19991.0 * 2.0 + CASE n % 10 WHEN 8 THEN 0.8 ELSE 0 END";
        await using var context = Team.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(Ct);
        await CopyAsync(context, "Images", made.Images[0].Id.Value, new() { ["Id"] = Id("8000"), ["Name"] = "printf('part %06d', n)", ["Sha256"] = $"printf('%04s%060x', '{mark.ToLowerInvariant()}', n)", ["Label"] = label });
        await CopyAsync(context, "Results", made.Results[0].Id.Value, new() { ["Id"] = Id("9000"), ["ImageId"] = Id("8000"), ["Score"] = score });
        await CopyAsync(context, "Results", results[0].Id.Value, new() { ["Id"] = Id("A000"), ["ImageId"] = Id("8000"), ["Score"] = $"{score} + ((n * 104729) % 997) / 997.0 * 0.4 - 0.2" });
        await transaction.CommitAsync(Ct);
        return (made.Model.Id, second.Id);
    }

    private static async Task CopyAsync(DbContext context, string table, Guid id, Dictionary<string, string> changed)
    {
        var connection = context.Database.GetDbConnection();
        var columns = new List<string>();
        await using (var read = connection.CreateCommand())
        {
            read.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
            await using var rows = await read.ExecuteReaderAsync(Ct);
            while (await rows.ReadAsync(Ct))
                columns.Add(rows.GetString(0));
        }

        await using var write = connection.CreateCommand();
        write.CommandText = $"""
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Many - 1})
            INSERT INTO "{table}" ({string.Join(", ", columns.Select(c => $"\"{c}\""))})
            SELECT {string.Join(", ", columns.Select(c => changed.GetValueOrDefault(c) ?? $"t.\"{c}\""))} FROM numbers, "{table}" t WHERE t."Id" = '{id.ToString("D").ToUpperInvariant()}'
            """;
        Assert.Equal(Many - 1, await write.ExecuteNonQueryAsync(Ct));
    }
}
