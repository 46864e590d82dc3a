using System.Buffers.Binary;
using System.Net;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Line;

public sealed class LineRestTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_line_is_tried_moved_refused_on_an_older_state_and_gone_back_from()
    {
        var (program, team) = await ProgramAsync();
        var made = await LinedProject.CreateAsync(team);
        var line = $"models/{made.Model.Id.Value}/line";
        var first = await program.GetAsync(line);
        var tag = first.Headers.ETag!.ToString();
        var fitted = await ReadAsync<RestLine>(first);
        Assert.Equal((1, 1, 2, 0.6, LineView.FittedBy), (fitted.Version, fitted.T1, fitted.T2, fitted.PixelThreshold, fitted.By));
        Assert.Equal(HttpStatusCode.NotModified, (await program.GetAsync(line, tag)).StatusCode);

        var tried = await ReadAsync<LineAnswer>(await program.SendAsync(HttpMethod.Put, $"{line}?preview=true", new { t1 = 0.95, t2 = 1.75 }));
        Assert.Equal((false, 1, 3), (tried.Saved, tried.Line.Version, tried.Flipped));
        Assert.Equal(tag, (await program.GetAsync(line)).Headers.ETag!.ToString());
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, line, new { t1 = 0.95, t2 = 1.75 }, ifMatch: tag), HttpStatusCode.BadRequest, "line.reason");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Put, line, new { t1 = 3, t2 = 2, reason = "x" }), HttpStatusCode.BadRequest, "line.order");

        var saved = await program.SendAsync(HttpMethod.Put, line, new { t1 = 0.95, t2 = 1.75, pixelThreshold = 0.8, reason = "Escapes" }, ifMatch: tag);
        var moved = await ReadAsync<LineAnswer>(saved);
        Assert.Equal((true, 2, 0.8, "Escapes", 3), (moved.Saved, moved.Line.Version, moved.Line.PixelThreshold, moved.Line.Reason, moved.Flipped));
        Assert.StartsWith("API key", moved.Line.By, StringComparison.Ordinal);
        Assert.Equal(tried.Flips, moved.Flips);
        Assert.Equal(["bad/1", "good/1"], moved.Labelled.Select(image => image.Name).Order());
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Put, line, new { t1 = 1, t2 = 3, reason = "Later" }, ifMatch: tag), HttpStatusCode.PreconditionFailed, "line.moved");
        var results = (await program.AllAsync<RestResult>($"projects/{made.Project.Value}/results?verdict=defect", 10)).Items;
        Assert.Equal(3, results.Count);
        Assert.All(results, result => Assert.Equal(new ResultThresholds(0.95, 1.75), result.Thresholds));

        await AssertProblemAsync(await program.PostAsync($"{line}:restore", new { version = 7 }), HttpStatusCode.NotFound, "line.missing");
        var back = await ReadAsync<LineAnswer>(await program.SendAsync(HttpMethod.Post, $"{line}:restore", new { version = 1 }, ifMatch: saved.Headers.ETag!.ToString()));
        Assert.Equal((3, 1, 3, 0.6), (back.Line.Version, back.Line.Restores, back.Flipped, back.Line.PixelThreshold));
        Assert.Equal([3, 2, 1], (await program.AllAsync<RestLineVersion>($"{line}/versions", 1)).Items.Select(version => version.Version));
    }

    [Fact]
    public async Task Scores_come_sorted_and_to_the_last_bit()
    {
        var (program, team) = await ProgramAsync();
        var made = await LinedProject.CreateAsync(team, [.. LinedProject.Usual, ("third", ImageSplit.Test, ImageLabel.Normal, 1.0 / 3)]);
        var answer = await program.GetAsync($"models/{made.Model.Id.Value}/line/scores");
        var file = await answer.Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal("FSLS"u8.ToArray(), file[..4]);
        Assert.Equal([4u, 3u, 2u], new[] { 4, 8, 12 }.Select(at => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at))));
        Assert.Equal([1.0 / 3, 0.4, 1, 1.6, 0.9, 1.8, 3, 1.7, 1.9], Enumerable.Range(0, 9).Select(i => BinaryPrimitives.ReadDoubleLittleEndian(file.AsSpan(16 + (8 * i)))));
        Assert.Equal(16 + (9 * 8), file.Length);
        Assert.Equal(HttpStatusCode.NotModified, (await program.GetAsync($"models/{made.Model.Id.Value}/line/scores", answer.Headers.ETag!.ToString())).StatusCode);
    }

    [Fact]
    public async Task Costs_of_a_project_are_set_and_decide_what_is_cheapest()
    {
        var (program, team) = await ProgramAsync();
        var made = await LinedProject.CreateAsync(team);
        var project = $"projects/{made.Project.Value}";
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Patch, project, new { costs = new { escape = -1, falseAlarm = 1, review = 1 } }), HttpStatusCode.BadRequest, "line.costs");
        var changed = await ReadAsync<RestProject>(await program.SendAsync(HttpMethod.Patch, project, new { costs = new { escape = 10, falseAlarm = 1, review = 0.1 } }));
        Assert.Equal(new LineCosts(10, 1, 0.1), changed.Costs);
        var options = await program.GetAsync<LineOptions>($"models/{made.Model.Id.Value}/line/options");
        Assert.Equal((changed.Costs, 1.0, 1.0), (options.Costs, options.InForce.T1, options.FromNormals.T1));
        Assert.NotNull(options.Cheapest);
        // What is not said stays.
        Assert.Equal(new LineCosts(10, 1, 0.1), (await ReadAsync<RestProject>(await program.SendAsync(HttpMethod.Patch, project, new { description = "Left side" }))).Costs);
    }

    [Fact]
    public async Task Who_reviews_looks_and_moves_nothing()
    {
        var (_, team) = await ProgramAsync();
        var made = await LinedProject.CreateAsync(team);
        var reader = await ProgramAsync(team, TeamPermissions.Read | TeamPermissions.Review);
        var line = $"models/{made.Model.Id.Value}/line";
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync($"{line}/options")).StatusCode);
        await AssertProblemAsync(await reader.SendAsync(HttpMethod.Put, $"{line}?preview=true", new { t1 = 1, t2 = 3 }), HttpStatusCode.Forbidden, "key.scope");
        await AssertProblemAsync(await reader.PostAsync($"{line}:restore", new { version = 1 }), HttpStatusCode.Forbidden, "key.scope");
    }
}
