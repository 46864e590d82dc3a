using System.Net;
using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>What becomes of zips from outside, good and bad.</summary>
public sealed class ImportTests(PortalHost host) : TransferTest(host)
{
    [Fact]
    public async Task A_zip_of_a_dataset_is_taken_in_with_a_word_on_each_entry()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var there = Picture.Png(TeamAtWork.Next());
        Assert.True((await team.TryUploadAsync(project, "old.png", there)).Succeeded);
        var twice = Picture.Png(TeamAtWork.Next());
        var zip = Zip(
            ("set/ground_truth/scratch/000_mask.png", Picture.Mask()), // before its image
            ("set/test/scratch/000.png", Picture.Png(TeamAtWork.Next())),
            ("set/train/good/000.png", Picture.Png(TeamAtWork.Next())),
            ("set/test/good/000.png", twice),
            ("set/test/good/001.png", twice),
            ("set/test/good/002.png", there),
            ("set/readme.txt", "hello"u8.ToArray()),
            ("set/more.zip", Zip(("a.png", Picture.Png(1)))),
            ("set/ground_truth/scratch/777_mask.png", Picture.Mask()),
            ("__MACOSX/set/._000.png", [1]),
            ("set/.DS_Store", [1]));
        var view = await ImportAsync(program, team, $"/api/v1/projects/{project.Value}:import?name=set.zip", zip);
        Assert.Equal(("succeeded", "set.zip"), (view.GetProperty("status").GetString(), view.GetProperty("name").GetString()));
        var counts = view.GetProperty("counts");
        Assert.Equal((3, 1, 2, 3), (Of("images"), Of("masks"), Of("duplicates"), Of("rejected")));
        Assert.Equal(["set/more.zip", "set/readme.txt", "set/ground_truth/scratch/777_mask.png"], view.GetProperty("rejected").EnumerateArray().Select(r => r.GetProperty("path").GetString()));
        Assert.All(view.GetProperty("rejected").EnumerateArray(), r => Assert.NotEmpty(r.GetProperty("reason").GetString()!));

        var report = await program.GetStringAsync(view.GetProperty("report").GetString(), Ct);
        Assert.Equal(9, report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        await using var context = team.Open();
        var image = await context.Images.SingleAsync(i => i.Name == "test/scratch/000.png", Ct);
        Assert.Equal((ImageSplit.Test, ImageLabel.Defective, "scratch", true), (image.Split, image.Label, image.DefectType, image.Mask is not null));
        Assert.Null((await RowAsync(team, view.GetProperty("id").GetGuid())).Source); // its space is free again

        int Of(string what) => counts.GetProperty(what).GetInt32();
    }

    [Fact]
    public async Task After_a_crash_half_way_the_second_attempt_adds_the_rest_and_counts_all()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var zip = Zip([.. Enumerable.Range(0, 6).Select(i => ($"test/good/{i:000}.png", Picture.Png(TeamAtWork.Next())))]);
        var response = await SendZipAsync(program, $"/api/v1/projects/{project.Value}:import", zip);
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        // The first attempt: claimed, three pictures in, then its process was gone.
        await using (var context = team.Open())
        {
            var row = await context.Transfers.SingleAsync(t => t.Id == new TransferId(id), Ct);
            Assert.True(row.Claim("dead node", Host.Time.Now).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        foreach (var (path, content) in Unzip(zip).Take(3))
            Assert.True((await team.TryUploadAsync(project, path, content)).Succeeded);
        await using (var context = team.Open())
        {
            var row = await context.Transfers.SingleAsync(t => t.Id == new TransferId(id), Ct);
            Assert.True(row.Requeue(Host.Time.Now).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var view = await JsonAsync(await program.GetAsync($"/api/v1/imports/{id}", Ct));
        Assert.Equal((6, 0), (view.GetProperty("counts").GetProperty("images").GetInt32(), view.GetProperty("counts").GetProperty("duplicates").GetInt32()));
        await using var after = team.Open();
        Assert.Equal(6, await after.Images.CountAsync(i => i.ProjectId == project, Ct));
    }

    [Fact]
    public async Task The_same_zip_twice_adds_nothing_the_second_time()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var zip = Zip(("test/good/0.png", Picture.Png(TeamAtWork.Next())));
        await ImportAsync(program, team, $"/api/v1/projects/{project.Value}:import", zip);
        var again = await ImportAsync(program, team, $"/api/v1/projects/{project.Value}:import", zip);
        Assert.Equal((0, 1), (again.GetProperty("counts").GetProperty("images").GetInt32(), again.GetProperty("counts").GetProperty("duplicates").GetInt32()));
    }

    [Fact]
    public async Task A_cancelled_import_does_no_more_and_keeps_what_it_has()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var response = await SendZipAsync(program, $"/api/v1/projects/{project.Value}:import", Zip(("a.png", Picture.Png(TeamAtWork.Next()))));
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        Assert.Equal("cancelled", (await JsonAsync(await program.PostAsync($"/api/v1/imports/{id}:cancel", null, Ct))).GetProperty("status").GetString());
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        await using var context = team.Open();
        Assert.Equal(0, await context.Images.CountAsync(Ct));
        await AssertProblemAsync(await program.GetAsync($"/api/v1/imports/{id}/report", Ct), HttpStatusCode.Conflict, "import.report");
        Assert.Equal(HttpStatusCode.NoContent, (await program.DeleteAsync($"/api/v1/imports/{id}", Ct)).StatusCode);
    }

    [Fact]
    public async Task Hostile_pictures_are_rejected_one_by_one()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var files = Directory.GetFiles(SharedFiles.Data("hostile")).Where(f => !f.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var zip = Zip([.. files.Select(f => ($"unassigned/unknown/{Path.GetFileName(f)}", File.ReadAllBytes(f)))]);
        var view = await ImportAsync(program, team, $"/api/v1/projects/{project.Value}:import", zip);
        Assert.Equal("succeeded", view.GetProperty("status").GetString());
        var counts = view.GetProperty("counts");
        Assert.Equal(files.Count, counts.GetProperty("images").GetInt32() + counts.GetProperty("rejected").GetInt32() + counts.GetProperty("duplicates").GetInt32());
        var rejected = view.GetProperty("rejected").EnumerateArray().Select(r => Path.GetFileName(r.GetProperty("path").GetString())).ToList();
        Assert.Superset(new HashSet<string?> { "bomb_30000x30000.png", "empty.png", "script.svg", "truncated.png", "zero_width.png" }, rejected.ToHashSet());
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "text", "zip.damaged" }, { "cut", "zip.damaged" }, { "empty", "zip.damaged" }, { "traversal", "zip.path" }, { "absolute", "zip.path" },
        { "twice", "zip.double" }, { "encrypted", "zip.encrypted" }, { "bomb", "zip.ratio" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_zip_that_is_none_or_means_harm_is_refused_before_anything_is_kept(string what, string code)
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var good = Zip(("a.png", Picture.Png(1)), ("b.png", Picture.Png(2)));
        var zip = what switch
        {
            "text" => "no zip at all"u8.ToArray(),
            "cut" => good[..^40],
            "empty" => [],
            "traversal" => Zip(("../../etc/cron.d/a.png", Picture.Png(1))),
            "absolute" => Zip(("/etc/a.png", Picture.Png(1))),
            "twice" => Zip(("a.png", Picture.Png(1)), ("A.png", Picture.Png(2))),
            "encrypted" => Encrypted(good),
            _ => Zip(("a.bmp", new byte[100 << 20])),
        };
        var status = HttpStatusCode.BadRequest;
        await AssertProblemAsync(await SendZipAsync(program, $"/api/v1/projects/{project.Value}:import", zip), status, code);
        await AssertProblemAsync(await SendZipAsync(program, "/api/v1/projects:restore", zip), status, code);
        await using var context = team.Open();
        Assert.Equal((0, 0), (await context.Images.CountAsync(Ct), await context.Transfers.CountAsync(Ct)));
    }

    [Fact]
    public async Task Only_a_backup_is_restored_and_only_into_the_own_team()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        var zip = Zip(("a.png", Picture.Png(1)));
        await AssertProblemAsync(await SendZipAsync(program, "/api/v1/projects:restore", zip), HttpStatusCode.BadRequest, "restore.format");
        var (stranger, _) = await CallerAsync();
        await AssertProblemAsync(await SendZipAsync(stranger, $"/api/v1/projects/{project.Value}:import", zip), HttpStatusCode.NotFound, "project.missing");
        var reader = await CallerAsync(team, TeamPermissions.Read);
        await AssertProblemAsync(await SendZipAsync(reader, $"/api/v1/projects/{project.Value}:import", zip), HttpStatusCode.Forbidden, "key.scope");
        using var json = new StringContent("{}", Encoding.UTF8, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await program.PostAsync("/api/v1/projects:restore", json, Ct)).StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"formatVersion":99,"name":"a","description":"","isSample":false,"lastModelVersion":0,"models":[]}""")]
    [InlineData("""{"formatVersion":1,"name":"a","description":"","isSample":false,"lastModelVersion":0,"models":[{"version":-1}]}""")]
    public async Task A_backup_that_lies_about_itself_fails_with_a_reason(string project)
    {
        var (program, team) = await CallerAsync();
        var view = await ImportAsync(program, team, "/api/v1/projects:restore", Zip(("project.json", Encoding.UTF8.GetBytes(project))));
        Assert.Equal("failed", view.GetProperty("status").GetString());
        Assert.NotEmpty(view.GetProperty("failureReason").GetString()!);
        Assert.Equal(JsonValueKind.Null, view.GetProperty("project").ValueKind);
    }

    [Fact]
    public async Task A_picture_that_is_not_the_one_of_the_list_is_rejected()
    {
        var (program, team) = await CallerAsync();
        var from = await team.ProjectAsync();
        await team.UploadAsync(from, "test/good/000.png");
        var files = Unzip(await ExportAsync(program, team, from, new { format = "mvtec" }));
        files["test/good/000.png"] = Picture.Png(TeamAtWork.Next());
        var project = await team.ProjectAsync();
        var view = await ImportAsync(program, team, $"/api/v1/projects/{project.Value}:import", Zip([.. files.Select(f => (f.Key, f.Value))]));
        Assert.Equal((0, 1), (view.GetProperty("counts").GetProperty("images").GetInt32(), view.GetProperty("counts").GetProperty("rejected").GetInt32()));
    }

    /// <summary>Sets the flag in the directory, as a zip with a password has it.</summary>
    private static byte[] Encrypted(byte[] zip)
    {
        var copy = zip.ToArray();
        var at = copy.AsSpan().IndexOf("PK\u0001\u0002"u8);
        copy[at + 8] |= 1;
        return copy;
    }
}
