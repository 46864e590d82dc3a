using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>Exports of results, and what is true of every export: who may, how it is fetched, how it ends.</summary>
public sealed class ExportTests(PortalHost host) : TransferTest(host)
{
    [Fact]
    public async Task The_csv_has_a_row_per_result_and_no_cell_is_a_formula()
    {
        var (program, team, project) = await ScoredAsync(("plain.png", 0.5), ("=1+2.png", 1.5), ("a \"b\", c.png", 2.5), ("-x.png", -1e-9));
        var file = await ExportAsync(program, team, project, new { format = "csv" });
        Assert.Equal(Encoding.UTF8.Preamble.ToArray(), file[..3]);
        var lines = Encoding.UTF8.GetString(file[3..]).Split("\r\n");
        Assert.Equal("name,score,scaled_score,t1,t2,verdict,label,defect_type,review,review_verdict,review_defect_type,reviewed_by,reviewed_at,review_comment,model_version,scored_at", lines[0]);
        var at = CsvText.Time(Host.Time.Now);
        Assert.Equal($"'-x.png,-1E-09,0,1,2,normal,unknown,,unreviewed,,,,,,1,{at}", lines[1]);
        Assert.Equal($"'=1+2.png,1.5,33.33333333333333,1,2,uncertain,unknown,,unreviewed,,,,,,1,{at}", lines[2]);
        Assert.Equal($"\"a \"\"b\"\", c.png\",2.5,66.66666666666666,1,2,defect,unknown,,unreviewed,,,,,,1,{at}", lines[3]);
        Assert.Equal($"plain.png,0.5,0,1,2,normal,unknown,,unreviewed,,,,,,1,{at}", lines[4]);
        Assert.Equal(["", ""], [lines[5], lines.Length == 6 ? "" : "more"]);
    }

    [Fact]
    public async Task What_a_person_said_last_stands_beside_the_score()
    {
        var (program, team, project) = await ScoredAsync(("a.png", 0.5), ("b.png", 2.5));
        Guid reviewed;
        await using (var context = team.Open())
        {
            var (result, model) = (await context.Results.SingleAsync(r => r.Score == 2.5, Ct), await context.Models.SingleAsync(Ct));
            reviewed = result.Id.Value;
            context.ReviewVerdicts.Add(ReviewVerdict.Create(result, model, 1, new VerdictText(ReviewDecision.Unsure), team.Owner.User, Host.Time.Now).Value);
            context.ReviewVerdicts.Add(ReviewVerdict.Create(result, model, 2, new VerdictText(ReviewDecision.Normal, null, "=dust, wiped off"), team.Owner.User, Host.Time.Now).Value);
            await context.SaveChangesAsync(Ct);
        }

        var lines = Encoding.UTF8.GetString(await ExportAsync(program, team, project, new { format = "csv" })).Split("\r\n");
        var at = CsvText.Time(Host.Time.Now);
        Assert.EndsWith($",unknown,,normal,normal,,Somebody,{at},\"'=dust, wiped off\",1,{at}", lines[2], StringComparison.Ordinal);
        Assert.EndsWith($",unknown,,unreviewed,,,,,,1,{at}", lines[1], StringComparison.Ordinal);
        var json = Lines(await ExportAsync(program, team, project, new { format = "jsonLines" }));
        Assert.Equal(reviewed, json[1].GetProperty("resultId").GetGuid());
        Assert.Equal("=dust, wiped off", json[1].GetProperty("review").GetProperty("comment").GetString());
    }

    [Fact]
    public async Task Json_lines_have_the_same_facts_and_the_ids_and_filters_leave_out()
    {
        var (program, team, project) = await ScoredAsync(("good.png", 0.5), ("between.png", 1.5), ("bad.png", 2.5), ("worse.png", 3.5));
        var all = Lines(await ExportAsync(program, team, project, new { format = "jsonLines" }));
        Assert.Equal(["bad.png", "between.png", "good.png", "worse.png"], all.Select(l => l.GetProperty("name").GetString()));
        Assert.Equal("uncertain", all[1].GetProperty("verdict").GetString());
        await using (var context = team.Open())
        {
            var row = await context.Results.SingleAsync(r => r.Score == 1.5, Ct);
            Assert.Equal(row.Id.Value, all[1].GetProperty("resultId").GetGuid());
            Assert.Equal(row.ModelId.Value, all[1].GetProperty("modelId").GetGuid());
        }

        var defects = Lines(await ExportAsync(program, team, project, new { format = "jsonLines", verdict = "defect" }));
        Assert.Equal(["bad.png", "worse.png"], defects.Select(l => l.GetProperty("name").GetString()));
        Assert.Empty(Lines(await ExportAsync(program, team, project, new { format = "jsonLines", label = "normal" })));
    }

    [Fact]
    public async Task An_older_models_results_can_be_asked_for_and_another_projects_model_cannot()
    {
        var (program, team, project) = await ScoredAsync(("a.png", 0.5));
        await using var context = team.Open();
        var (model, image) = (await context.Models.SingleAsync(Ct), await context.Images.SingleAsync(i => i.Split == ImageSplit.Test, Ct));
        await team.ModelAsync(project, await team.RunAsync(project), [(image, 7)]);
        Assert.Equal(7, Assert.Single(Lines(await ExportAsync(program, team, project, new { format = "jsonLines" }))).GetProperty("score").GetDouble());
        var older = Lines(await ExportAsync(program, team, project, new { format = "jsonLines", model = model.Id.Value }));
        Assert.Equal(0.5, Assert.Single(older).GetProperty("score").GetDouble());
        var other = await team.ProjectAsync();
        var refused = await program.PostAsJsonAsync($"/api/v1/projects/{other.Value}/exports", new { format = "csv", model = model.Id.Value }, Ct);
        await AssertProblemAsync(refused, HttpStatusCode.NotFound, "model.missing");
    }

    [Fact]
    public async Task A_download_that_broke_off_goes_on_where_it_was_and_another_content_comes_whole()
    {
        var (program, team, project) = await ScoredAsync([.. Enumerable.Range(0, 50).Select(i => ($"{i:000}.png", i / 10.0))]);
        var id = await StartExportAsync(program, project, new { format = "csv" });
        await AssertProblemAsync(await program.GetAsync($"/api/v1/exports/{id}/file", Ct), HttpStatusCode.Conflict, "export.unfinished");
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var whole = await program.GetAsync($"/api/v1/exports/{id}/file", Ct);
        var bytes = await whole.Content.ReadAsByteArrayAsync(Ct);
        var tag = whole.Headers.ETag!;
        Assert.Equal((await RowAsync(team, id)).File!.Sha256, tag.Tag.Trim('"'));
        Assert.Equal("text/csv", whole.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".csv", whole.Content.Headers.ContentDisposition!.FileNameStar!, StringComparison.Ordinal);

        var half = bytes.Length / 2;
        var first = await RangeAsync(new RangeHeaderValue(0, half - 1), null);
        var rest = await RangeAsync(new RangeHeaderValue(half, null), tag);
        Assert.Equal((HttpStatusCode.PartialContent, HttpStatusCode.PartialContent), (first.StatusCode, rest.StatusCode));
        byte[] joined = [.. await first.Content.ReadAsByteArrayAsync(Ct), .. await rest.Content.ReadAsByteArrayAsync(Ct)];
        Assert.Equal(bytes, joined);
        var changed = await RangeAsync(new RangeHeaderValue(half, null), new EntityTagHeaderValue($"\"{new string('0', 64)}\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(bytes, await changed.Content.ReadAsByteArrayAsync(Ct));

        async Task<HttpResponseMessage> RangeAsync(RangeHeaderValue range, EntityTagHeaderValue? condition)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/exports/{id}/file");
            request.Headers.Range = range;
            request.Headers.IfRange = condition is null ? null : new RangeConditionHeaderValue(condition);
            return await program.SendAsync(request, Ct);
        }
    }

    [Fact]
    public async Task A_client_that_goes_away_half_way_fetches_the_rest_and_has_the_same_file()
    {
        var (program, team, project) = await ScoredAsync([.. Enumerable.Range(0, 3_000).Select(i => ($"{i:0000}.png", i / 1000.0))]);
        var id = await StartExportAsync(program, project, new { format = "jsonLines" });
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var whole = await program.GetByteArrayAsync($"/api/v1/exports/{id}/file", Ct);
        Assert.True(whole.Length > 1 << 20, $"{whole.Length} bytes are no file that one goes away from.");
        var got = new byte[whole.Length];
        int read;
        EntityTagHeaderValue tag;
        using (var first = await program.GetAsync($"/api/v1/exports/{id}/file", HttpCompletionOption.ResponseHeadersRead, Ct))
        {
            tag = first.Headers.ETag!;
            await using var stream = await first.Content.ReadAsStreamAsync(Ct);
            read = await stream.ReadAtLeastAsync(got.AsMemory(0, whole.Length / 2), whole.Length / 2, cancellationToken: Ct);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/exports/{id}/file");
        request.Headers.Range = new RangeHeaderValue(read, null);
        request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        var rest = await program.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        var bytes = await rest.Content.ReadAsByteArrayAsync(Ct);
        bytes.CopyTo(got, read);
        Assert.Equal(whole.Length, read + bytes.Length);
        Assert.Equal(whole, got);
    }

    [Fact]
    public async Task A_waiting_export_is_cancelled_and_then_deleted()
    {
        var (program, team, project) = await ScoredAsync(("a.png", 1));
        var id = await StartExportAsync(program, project, new { format = "csv" });
        var cancelled = await JsonAsync(await program.PostAsync($"/api/v1/exports/{id}:cancel", null, Ct));
        Assert.Equal("cancelled", cancelled.GetProperty("status").GetString());
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct); // the queue still knew of it
        Assert.Equal(TransferStatus.Cancelled, (await RowAsync(team, id)).Status);
        await AssertProblemAsync(await program.PostAsync($"/api/v1/exports/{id}:cancel", null, Ct), HttpStatusCode.Conflict, "transfer.over");
        await AssertProblemAsync(await program.GetAsync($"/api/v1/exports/{id}/file", Ct), HttpStatusCode.Conflict, "export.unfinished");
        Assert.Equal(HttpStatusCode.NoContent, (await program.DeleteAsync($"/api/v1/exports/{id}", Ct)).StatusCode);
        await AssertProblemAsync(await program.GetAsync($"/api/v1/exports/{id}", Ct), HttpStatusCode.NotFound, "transfer.missing");
    }

    [Fact]
    public async Task The_list_is_paged_and_another_team_sees_nothing()
    {
        var (program, _, project) = await ScoredAsync(("a.png", 1));
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add(await StartExportAsync(program, project, new { format = "csv" }));
        var first = await JsonAsync(await program.GetAsync($"/api/v1/projects/{project.Value}/exports?limit=2", Ct));
        var second = await JsonAsync(await program.GetAsync($"/api/v1/projects/{project.Value}/exports?limit=2&cursor={first.GetProperty("next")}", Ct));
        Assert.Equal(ids.Order(), first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray()).Select(e => e.GetProperty("id").GetGuid()).Order());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, second.GetProperty("next").ValueKind);
        await AssertProblemAsync(await program.GetAsync($"/api/v1/projects/{project.Value}/exports?cursor=x", Ct), HttpStatusCode.BadRequest, "page.cursor");

        var (stranger, _) = await CallerAsync();
        await AssertProblemAsync(await stranger.GetAsync($"/api/v1/projects/{project.Value}/exports", Ct), HttpStatusCode.NotFound, "project.missing");
        await AssertProblemAsync(await stranger.GetAsync($"/api/v1/exports/{ids[0]}", Ct), HttpStatusCode.NotFound, "transfer.missing");
        await AssertProblemAsync(await stranger.GetAsync($"/api/v1/exports/{ids[0]}/file", Ct), HttpStatusCode.NotFound, "transfer.missing");
        await AssertProblemAsync(await stranger.DeleteAsync($"/api/v1/exports/{ids[0]}", Ct), HttpStatusCode.NotFound, "transfer.missing");
        await AssertProblemAsync(await stranger.PostAsync($"/api/v1/exports/{ids[0]}:cancel", null, Ct), HttpStatusCode.NotFound, "transfer.missing");
        // An export is no import.
        await AssertProblemAsync(await program.GetAsync($"/api/v1/imports/{ids[0]}", Ct), HttpStatusCode.NotFound, "transfer.missing");
    }

    [Fact]
    public async Task A_reader_exports_but_does_not_end_what_others_made_and_the_team_has_a_limit()
    {
        var (program, team, project) = await ScoredAsync(("a.png", 1));
        var reader = await CallerAsync(team, TeamPermissions.Read);
        var own = await StartExportAsync(reader, project, new { format = "csv" });
        await using (var context = team.Open())
        {
            var theirs = Transfer.OfExport(team.Tenant, project, new ExportChoice(ExportFormat.Mvtec), new UserId(Guid.NewGuid()), Host.Time.Now);
            context.Transfers.Add(theirs);
            await context.SaveChangesAsync(Ct);
            await AssertProblemAsync(await reader.PostAsync($"/api/v1/exports/{theirs.Id.Value}:cancel", null, Ct), HttpStatusCode.Forbidden, "key.scope");
        }

        for (var i = 0; i < 3; i++)
            await StartExportAsync(program, project, new { format = "csv" });
        var refused = await program.PostAsJsonAsync($"/api/v1/projects/{project.Value}/exports", new { format = "csv" }, Ct);
        await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "transfer.many");
        Assert.Equal(HttpStatusCode.OK, (await reader.PostAsync($"/api/v1/exports/{own}:cancel", null, Ct)).StatusCode);
        await StartExportAsync(program, project, new { format = "csv" });
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest, "export.format")]
    [InlineData("""{"format":"xlsx"}""", HttpStatusCode.BadRequest, "request.unreadable")]
    [InlineData("""{"format":"csv"}""", HttpStatusCode.Conflict, "export.model")]
    public async Task What_cannot_be_exported_is_said_at_once(string body, HttpStatusCode status, string code)
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        await AssertProblemAsync(await program.PostAsync($"/api/v1/projects/{project.Value}/exports", content, Ct), status, code);
    }

    [Fact]
    public async Task An_export_that_would_leave_something_out_fails_and_names_it()
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        await team.RowsAsync(project, ("never stored.png", ImageSplit.Test, ImageLabel.Normal));
        var id = await StartExportAsync(program, project, new { format = "mvtec" });
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var view = await JsonAsync(await program.GetAsync($"/api/v1/exports/{id}", Ct));
        Assert.Equal("failed", view.GetProperty("status").GetString());
        Assert.Contains("never stored.png", view.GetProperty("failureReason").GetString()!, StringComparison.Ordinal);
    }

    private static List<System.Text.Json.JsonElement> Lines(byte[] file) =>
        [.. Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)];
}
