using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Storage;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>What goes out comes in again.</summary>
public sealed class RoundTripTests(PortalHost host) : TransferTest(host)
{
    private IBlobStore Blobs => Host.Services.GetRequiredService<IBlobStore>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_restored_and_backed_up_again_is_the_same_but_for_ids_and_dates(bool maps)
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Blobs, team, "Bracket ä");
        await MoveLineAsync(team, project);
        var first = await ExportAsync(program, team, project, new { format = "everything", maps });
        Assert.Equal(first, await ExportAsync(program, team, project, new { format = "everything", maps }));

        var (other, stranger) = await CallerAsync();
        var restored = await ImportAsync(other, stranger, "/api/v1/projects:restore?name=backup.zip", first);
        Assert.True(restored.GetProperty("status").GetString() == "succeeded", restored.ToString());
        Assert.Equal((0, 0), (Count(restored, "rejected"), Count(restored, "duplicates")));
        Assert.Equal((15, 4, 2, 18), (Count(restored, "images"), Count(restored, "masks"), Count(restored, "models"), Count(restored, "results")));
        var second = await ExportAsync(other, stranger, new ProjectId(restored.GetProperty("project").GetGuid()), new { format = "everything", maps });

        var (before, after) = (Unzip(first), Unzip(second));
        Assert.Equal(before.Keys.Order(), after.Keys.Order());
        foreach (var (path, content) in before)
        {
            if (path is "manifest.json")
                continue; // names the hashes of files that hold ids
            if (path.EndsWith(".json", StringComparison.Ordinal) || path.EndsWith(".jsonl", StringComparison.Ordinal))
                Assert.Equal(WithoutIdsAndDates(content), WithoutIdsAndDates(after[path]));
            else
                Assert.Equal(content, after[path]);
        }

        using var described = JsonDocument.Parse(after["project.json"]);
        Assert.Equal(50, described.RootElement.GetProperty("costs").GetProperty("escape").GetDouble());
        var line = described.RootElement.GetProperty("models")[1].GetProperty("lines");
        Assert.Equal((2, 3), (line[0].GetProperty("number").GetInt32(), line[1].GetProperty("number").GetInt32()));
        Assert.Equal(1, line[1].GetProperty("restores").GetInt32());
        Assert.NotEqual(0, line[0].GetProperty("labelled").GetArrayLength());
        Assert.False(described.RootElement.GetProperty("models")[0].TryGetProperty("lines", out var none) && none.ValueKind != JsonValueKind.Null);
        Assert.Equal(maps, before.Keys.Any(path => path.StartsWith("maps/", StringComparison.Ordinal)));
        // What takes part: drawings, ignore regions and what people said, too.
        Assert.Superset(new HashSet<string> { "annotations.jsonl", "ignore.json", "reviews.jsonl", "models/v2.fsad" }, before.Keys.ToHashSet());
        var reviews = WithoutIdsAndDates(before["reviews.jsonl"]);
        Assert.Equal(5, reviews.Count);
        foreach (var part in new[] { "Ada", "Grace", "decided", "conflict", "The lamp was off", "scratch", "accepted" })
            Assert.Contains(reviews, line => line.Contains(part, StringComparison.Ordinal));
        await using var context = stranger.Open();
        var made = await context.Projects.SingleAsync(Ct);
        Assert.Equal((40, false), (made.SecondReviewShare, made.SecondReviewUncertain));
        Assert.Equal(1, (await context.Models.SingleAsync(m => m.Id == made.PublishedModelId, Ct)).Version);
        // Nobody's account: a backup cannot speak for a colleague.
        var givers = await context.ReviewVerdicts.Select(v => v.GivenBy).Distinct().ToListAsync(Ct);
        Assert.Equal(2, givers.Count);
        Assert.Superset(givers.ToHashSet(), (await context.RestoredReviewers.Select(r => r.Id).ToListAsync(Ct)).ToHashSet());
        var ids = givers.Select(g => g.Value).ToList();
        Assert.False(await context.Users.AnyAsync(u => ids.Contains(u.Id), Ct));
    }

    [Fact]
    public async Task What_waits_for_a_second_person_is_in_no_backup_and_who_judged_elsewhere_keeps_the_name()
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Blobs, team, "Bracket");
        await using (var context = team.Open())
        {
            var due = await context.ReviewItems.SingleAsync(i => i.State == Domain.Review.ReviewState.SecondDue, Ct);
            var image = await context.Results.Where(r => r.Id == due.ResultId).Join(context.Images, r => r.ImageId, i => i.Id, (_, i) => i.Sha256).SingleAsync(Ct);
            var backup = Unzip(await ExportAsync(program, team, project, new { format = "everything", maps = false }));
            // Of this model: what another one said of the same image is another review.
            var ofModel = WithoutIdsAndDates(backup["reviews.jsonl"]).Where(line => line.StartsWith("""{"model":1,""", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(ofModel);
            Assert.DoesNotContain(ofModel, line => line.Contains(image, StringComparison.Ordinal));
        }

        var (other, stranger) = await CallerAsync();
        var restored = await ImportAsync(other, stranger, "/api/v1/projects:restore", await ExportAsync(program, team, project, new { format = "everything", maps = false }));
        var csv = await ExportAsync(other, stranger, new ProjectId(restored.GetProperty("project").GetGuid()), new { format = "csv" });
        Assert.Contains(",defect,dent,Grace,", System.Text.Encoding.UTF8.GetString(csv), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"round\":1", "\"round\":0")]
    [InlineData("\"state\":\"decided\"", "\"state\":\"secondDue\"")]
    [InlineData("\"number\":2", "\"number\":1")]
    [InlineData("Looked twice", "")]
    public async Task A_review_that_cannot_be_is_rejected_and_the_rest_is_restored(string right, string wrong)
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Blobs, team, "Bracket");
        var files = Unzip(await ExportAsync(program, team, project, new { format = "everything", maps = false }));
        var text = System.Text.Encoding.UTF8.GetString(files["reviews.jsonl"]);
        Assert.Contains(right, text, StringComparison.Ordinal);
        files["reviews.jsonl"] = System.Text.Encoding.UTF8.GetBytes(text.Replace(right, wrong.Length > 0 ? wrong : new string('x', 2001), StringComparison.Ordinal));
        var (other, stranger) = await CallerAsync();
        var restored = await ImportAsync(other, stranger, "/api/v1/projects:restore", Zip([.. files.Select(f => (f.Key, f.Value))]));
        Assert.Equal("succeeded", restored.GetProperty("status").GetString());
        Assert.True(Count(restored, "rejected") > 0);
        Assert.Equal(18, Count(restored, "results"));
    }

    [Fact]
    public async Task The_mvtec_layout_comes_back_with_images_splits_labels_types_masks_and_names()
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Blobs, team, "Flange");
        var zip = await ExportAsync(program, team, project, new { format = "mvtec" });
        Assert.Equal(zip, await ExportAsync(program, team, project, new { format = "mvtec" }));
        var (other, stranger) = await CallerAsync();
        var empty = await stranger.ProjectAsync();
        var imported = await ImportAsync(other, stranger, $"/api/v1/projects/{empty.Value}:import", zip);
        Assert.Equal((15, 4, 0), (Count(imported, "images"), Count(imported, "masks"), Count(imported, "rejected")));
        Assert.Equal(await DescribeAsync(team, project, names: true), await DescribeAsync(stranger, empty, names: true));
    }

    [Fact]
    public async Task Even_without_our_list_the_layout_says_split_label_type_and_mask()
    {
        var (program, team) = await CallerAsync();
        var project = await SeededProject.CreateAsync(Host, Blobs, team, "Flange");
        // The one type that is no name of a folder cannot survive without the list.
        await using (var context = team.Open())
        {
            var image = await context.Images.SingleAsync(i => i.DefectType!.StartsWith("dirt"), Ct);
            image.Classify(image.Split, image.Label, "dirt");
            await context.SaveChangesAsync(Ct);
        }

        var files = Unzip(await ExportAsync(program, team, project, new { format = "mvtec" }));
        var zip = Zip([.. files.Where(f => !f.Key.Contains(".json", StringComparison.Ordinal)).Select(f => ($"packed again/{f.Key}", f.Value))]);
        var (other, stranger) = await CallerAsync();
        var empty = await stranger.ProjectAsync();
        var imported = await ImportAsync(other, stranger, $"/api/v1/projects/{empty.Value}:import", zip);
        Assert.Equal((15, 4, 0), (Count(imported, "images"), Count(imported, "masks"), Count(imported, "rejected")));
        Assert.Equal(await DescribeAsync(team, project, names: false), await DescribeAsync(stranger, empty, names: false));
    }

    [Fact]
    public async Task The_zip_has_originals_byte_for_byte_stored_and_text_deflated_and_a_manifest_that_is_right()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var picture = Picture.Png(TeamAtWork.Next());
        Assert.True((await team.TryUploadAsync(project, "test/scratch/000.png", picture)).Succeeded);
        Assert.True((await team.TryUploadAsync(project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Succeeded);
        var file = await ExportAsync(program, team, project, new { format = "mvtec" });
        var files = Unzip(file);
        Assert.Equal(["test/scratch/000.png", "ground_truth/scratch/000_mask.png", "images.jsonl", "manifest.json"], files.Keys);
        Assert.Equal(picture, files["test/scratch/000.png"]);
        using var archive = new ZipArchive(new MemoryStream(file));
        Assert.Equal(picture.Length, archive.GetEntry("test/scratch/000.png")!.CompressedLength);
        Assert.True(archive.GetEntry("images.jsonl")!.CompressedLength < files["images.jsonl"].Length);
        Assert.All(archive.Entries, entry => Assert.Equal(1980, entry.LastWriteTime.Year));
        using var manifest = JsonDocument.Parse(files["manifest.json"]);
        Assert.Equal(1, manifest.RootElement.GetProperty("counts").GetProperty("masks").GetInt32());
        var listed = manifest.RootElement.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(files.Keys.SkipLast(1), listed.Select(f => f.GetProperty("path").GetString()));
        Assert.All(listed, f =>
        {
            var content = files[f.GetProperty("path").GetString()!];
            Assert.Equal(content.Length, f.GetProperty("bytes").GetInt64());
            Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), f.GetProperty("sha256").GetString());
        });
    }

    [Fact]
    public async Task A_name_that_is_taken_gets_a_number()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync("Bracket");
        await team.UploadAsync(project, "test/good/000.png");
        var backup = await ExportAsync(program, team, project, new { format = "everything" });
        foreach (var expected in new[] { "Bracket (2)", "Bracket (3)" })
        {
            var restored = await ImportAsync(program, team, "/api/v1/projects:restore", backup);
            await using var context = team.Open();
            var id = new ProjectId(restored.GetProperty("project").GetGuid());
            Assert.Equal(expected, (await context.Projects.SingleAsync(p => p.Id == id, Ct)).Name);
        }
    }

    /// <summary>The latest model's line above every score, and back; and what mistakes cost.</summary>
    private async Task MoveLineAsync(TeamAtWork team, ProjectId project)
    {
        await using var context = team.Open();
        var model = await context.Models.Where(m => m.ProjectId == project).OrderByDescending(m => m.Version).FirstAsync(Ct);
        Assert.True((await Get<MoveLine>().HandleAsync(team.Engineer, new(model.Id, 50, 60, 0.7, "Nothing is a defect"), Ct)).Succeeded);
        Assert.True((await Get<RestoreLine>().HandleAsync(team.Engineer, new(model.Id, 1), Ct)).Succeeded);
        Assert.True((await Get<ChangeProject>().HandleAsync(team.Engineer, new(project, null, null, null, Costs: new LineCosts(50, 2, 0.5)), Ct)).Succeeded);
    }

    private static int Count(JsonElement import, string what) => import.GetProperty("counts").GetProperty(what).GetInt32();

    private static async Task<List<string>> DescribeAsync(TeamAtWork team, ProjectId project, bool names)
    {
        await using var context = team.Open();
        var images = await context.Images.AsNoTracking().Where(i => i.ProjectId == project).OrderBy(i => i.Sha256).ToListAsync(Ct);
        return [.. images.Select(i => $"{i.Sha256} {i.Split} {i.Label} {i.DefectType} {i.Mask?.Sha256} {i.Width} {i.Height} {i.Format} {(names ? i.Name : "")}")];
    }

    private static List<string> WithoutIdsAndDates(byte[] content) =>
        [.. System.Text.Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Strip(JsonNode.Parse(line)!).ToJsonString())];

    private static JsonNode Strip(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.OfType<JsonNode>())
                Strip(item);
        }
        else if (node is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if (name is "id" || name.EndsWith("At", StringComparison.Ordinal))
                    fields.Remove(name);
                else if (value is not null)
                    Strip(value);
            }
        }

        return node;
    }
}
