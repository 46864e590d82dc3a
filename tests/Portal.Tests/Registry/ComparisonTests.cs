using System.Buffers.Binary;
using System.Net;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>
/// Two versions on the same images. By T1 = 1 and T2 = 2 the first says of good/0 … bad/2: normal, normal, uncertain, normal, uncertain, defect;
/// what/0 and loose/0, whose labels say nothing, are uncertain.
/// </summary>
public sealed class ComparisonTests(PortalHost host) : HttpTest(host)
{
    /// <summary>The second: good/0 becomes a false alarm, good/2 is right now, bad/0 is found, bad/1 is found, what/0 and bad/2 stay, loose/0 is normal; good/1 has no second score.</summary>
    private static readonly (string Name, double Score)[] Second =
    [
        ("good/0", 2.1), ("good/2", 0.3), ("bad/0", 2.5), ("bad/1", 2.2), ("bad/2", 3.5), ("what/0", 1.8), ("loose/0", 0.2),
    ];

    [Fact]
    public async Task Images_of_both_are_counted_and_each_flip_is_held_against_its_label()
    {
        var (program, team) = await ProgramAsync();
        var (made, second) = await TwoAsync(team);
        var address = $"models/{second}/comparison";
        var compared = await program.GetAsync<RestComparison>($"{address}?with={made.Model.Id.Value}");
        Assert.Equal((1, 2, 7, 2), (compared.First.Version, compared.Second.Version, compared.Images, compared.Unlabelled));
        Assert.Equal((8, 7), (compared.First.Scored, compared.Second.Scored));
        // loose/0 flips as well: its label, outside the test set, speaks for nobody.
        Assert.Equal((5, 3, 1), (compared.Flipped, compared.Better, compared.Worse));
        Assert.Equal((new VerdictCounts(1, 1, 0), new VerdictCounts(1, 0, 1)), (compared.First.Good, compared.Second.Good));
        Assert.Equal((new VerdictCounts(1, 1, 1), new VerdictCounts(0, 0, 3)), (compared.First.Defective, compared.Second.Defective));
        // Good 0.4, 1.6 against 0.9, 1.8, 3: five of six pairs; then 2.1, 0.3 against 2.5, 2.2, 3.5: all six.
        Assert.Equal(5.0 / 6, compared.First.ImageAuroc!.Value, 12);
        Assert.Equal(1, compared.Second.ImageAuroc!.Value, 12);
        Assert.Equal(1.0 / 6, compared.AurocDifference.Value!.Value, 12);
        Assert.InRange(0, compared.AurocDifference.Low!.Value, compared.AurocDifference.High!.Value);

        var (flipped, pages) = await program.AllAsync<RestComparedImage>($"{address}/images?with={made.Model.Id.Value}", limit: 2);
        Assert.Equal(["bad/0", "bad/1", "good/0", "good/2", "loose/0"], flipped.Select(i => i.ImageName));
        Assert.Equal(3, pages);
        var found = flipped[0];
        Assert.Equal((Verdict.Normal, false, Verdict.Defect, true), (found.First.Verdict, found.First.IsRight, found.Second.Verdict, found.Second.IsRight));
        Assert.Equal(made.Result("bad/0").Value, found.First.ResultId);
        Assert.Equal((ImageLabel.Unknown, null), (flipped[4].Label, flipped[4].Second.IsRight));
        async Task<IEnumerable<string>> NamesAsync(string show) =>
            (await program.AllAsync<RestComparedImage>($"{address}/images?with={made.Model.Id.Value}&show={show}", limit: 10)).Items.Select(i => i.ImageName);
        Assert.Equal(["bad/0", "bad/1", "good/2"], await NamesAsync("better"));
        Assert.Equal(["good/0"], await NamesAsync("worse"));
        Assert.Equal(7, (await NamesAsync("all")).Count());
        await AssertProblemAsync(await program.GetAsync($"{address}/images?show=odd"), HttpStatusCode.BadRequest, "request.choice");
    }

    [Fact]
    public async Task All_pairs_come_in_one_file()
    {
        var (program, team) = await ProgramAsync();
        var (made, second) = await TwoAsync(team);
        var answer = await program.GetAsync($"models/{second}/comparison/scores?with={made.Model.Id.Value}");
        var file = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal("FSCS"u8.ToArray(), file[..4]);
        Assert.Equal((7u, 8 + (7 * 28)), (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4)), file.Length));
        var points = Enumerable.Range(0, 7).Select(i => file.AsSpan(8 + (28 * i), 28).ToArray()).ToList();
        // T2 is 50 and a typical normal part 0: 0.9 is 13.3; 2.5 is 66.7.
        var bad = Assert.Single(points, p => Math.Abs(BinaryPrimitives.ReadSingleLittleEndian(p) - (40f / 3)) < 0.001);
        Assert.Equal(200f / 3, BinaryPrimitives.ReadSingleLittleEndian(bad.AsSpan(4)), 0.001);
        Assert.Equal(new byte[] { 2, (byte)Verdict.Normal, (byte)Verdict.Defect, 0 }, bad[8..12]);
        var listed = (await program.AllAsync<RestComparedImage>($"models/{second}/comparison/images", limit: 10)).Items.Single(i => i.ImageName == "bad/0");
        Assert.Equal(listed.Second.ResultId, new Guid(bad.AsSpan(12), bigEndian: true));
        Assert.Equal(HttpStatusCode.NotModified, (await program.GetAsync($"models/{second}/comparison/scores", answer.Headers.ETag!.ToString())).StatusCode);
    }

    [Fact]
    public async Task Without_a_word_it_is_the_published_one_and_one_version_alone_is_compared_with_nothing()
    {
        var (program, team) = await ProgramAsync();
        var alone = await LinedProject.CreateAsync(team);
        await AssertProblemAsync(await program.GetAsync($"models/{alone.Model.Id.Value}/comparison"), HttpStatusCode.Conflict, "compare.two");
        var (made, second) = await TwoAsync(team);
        var (third, _) = await team.ModelAsync(made.Project, await team.RunAsync(made.Project), []);
        Assert.Equal((3, 2), await VersionsAsync($"models/{second}/comparison"));
        await program.PostAsync($"models/{made.Model.Id.Value}:publish");
        Assert.Equal((1, 2), await VersionsAsync($"models/{second}/comparison"));
        Assert.Equal((3, 1), await VersionsAsync($"models/{made.Model.Id.Value}/comparison"));
        await AssertProblemAsync(await program.GetAsync($"models/{second}/comparison?with={second}"), HttpStatusCode.Conflict, "compare.two");
        await AssertProblemAsync(await program.GetAsync($"models/{second}/comparison?with={alone.Model.Id.Value}"), HttpStatusCode.NotFound, "model.missing");
        Assert.Equal(0, (await program.GetAsync<RestComparison>($"models/{third.Id.Value}/comparison")).Images);
        async Task<(int, int)> VersionsAsync(string address)
        {
            var compared = await program.GetAsync<RestComparison>(address);
            return (compared.First.Version, compared.Second.Version);
        }
    }

    /// <summary>A label that was corrected, and a line that was moved, count at once: nothing of a comparison is stored.</summary>
    [Fact]
    public async Task It_follows_labels_and_lines()
    {
        var (program, team) = await ProgramAsync();
        var (made, second) = await TwoAsync(team);
        var address = $"models/{second}/comparison";
        await using (var context = team.Open())
        {
            var image = await context.Images.SingleAsync(i => i.ProjectId == made.Project && i.Name == "good/0", Ct);
            Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Defective).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        var compared = await program.GetAsync<RestComparison>(address);
        Assert.Equal((5, 4, 0), (compared.Flipped, compared.Better, compared.Worse));
        await program.SendAsync(HttpMethod.Put, $"models/{second}/line", new { t1 = 2.3, t2 = 2.4, reason = "Try" });
        compared = await program.GetAsync<RestComparison>(address);
        // bad/1 is let through now; good/0, which is defective, is by both.
        Assert.Equal((5, 2, 1), (compared.Flipped, compared.Better, compared.Worse));
        Assert.Equal(["bad/1"], (await program.AllAsync<RestComparedImage>($"{address}/images?show=worse", limit: 10)).Items.Select(i => i.ImageName));
    }

    private static async Task<(LinedProject Made, Guid Second)> TwoAsync(TeamAtWork team)
    {
        var made = await LinedProject.CreateAsync(team);
        var scores = Second.Select(s => (made.Images.Single(i => i.Name == s.Name), s.Score)).ToList();
        var (second, _) = await team.ModelAsync(made.Project, await team.RunAsync(made.Project), scores);
        return (made, second.Id.Value);
    }
}
