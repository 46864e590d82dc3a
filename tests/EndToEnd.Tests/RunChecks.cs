using System.Globalization;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>What must be true of all runs of a shift, whatever happened to nodes, database and storage.</summary>
internal static class RunChecks
{
    /// <returns>How many runs, and in how many attempts.</returns>
    public static async Task<(int Runs, int Attempts)> EachEndedOnceAsync(NodeFleet fleet, NightShift shift, CancellationToken ct)
    {
        var runs = await fleet.ReadAsync("""
            SELECT r."Id", r."Status", r."Attempt",
                   (SELECT COUNT(*) FROM "Models" m WHERE m."RunId" = r."Id"),
                   (SELECT COUNT(*) FROM "Results" s WHERE s."RunId" = r."Id"),
                   (SELECT COUNT(DISTINCT s."ImageId") FROM "Results" s WHERE s."RunId" = r."Id")
            FROM "Runs" r ORDER BY r."Number"
            """, ct);
        Assert.Equal(shift.Started, runs.Count);
        Assert.All(runs, run => Assert.Equal($"Succeeded 1 {NightShift.TestImages} {NightShift.TestImages}", $"{run[1]} {run[3]} {run[4]} {run[5]}"));
        foreach (var run in runs)
        {
            var moments = (await shift.HistoryAsync(Guid.Parse(run[0]), ct)).GetProperty("items").EnumerateArray().Select(moment => moment.GetProperty("kind").GetString()!).ToList();
            // Each attempt begins once and ends once, and the last of them well.
            var attempts = moments.Where(kind => kind is not ("queued" or "resumed")).ToList();
            Assert.Equal(2 * int.Parse(run[2], CultureInfo.InvariantCulture), attempts.Count);
            Assert.All(attempts.Where((_, i) => i % 2 == 0), kind => Assert.Equal("started", kind));
            Assert.All(attempts.Where((_, i) => i % 2 == 1).SkipLast(1), kind => Assert.Contains(kind, new[] { "requeued", "failed" }));
            Assert.Equal("succeeded", attempts[^1]);
        }

        return (runs.Count, runs.Sum(run => int.Parse(run[2], CultureInfo.InvariantCulture)));
    }

    /// <summary>Each picture is there once, with all its files; and nothing else is.</summary>
    public static async Task EachUploadIsThereOnceAsync(NodeFleet fleet, NightShift shift, CancellationToken ct)
    {
        var images = await fleet.ReadAsync($$"""SELECT "Id", "Name" FROM "Images" WHERE "Name" LIKE '{{NightShift.UploadedName}}%'""", ct);
        Assert.Equal(shift.Uploaded.Order(StringComparer.Ordinal), images.Select(image => image[1]).Order(StringComparer.Ordinal));
        foreach (var image in images)
        {
            foreach (var file in new[] { "thumbnail", "view", "original" })
                Assert.True((await shift.SizeAsync($"/api/v1/images/{image[0]}/{file}", ct)) > 0, $"{image[1]} has no {file}.");
        }
    }
}
