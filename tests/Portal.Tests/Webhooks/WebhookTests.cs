using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Webhooks;

public sealed class WebhookTests(PortalHost host) : HttpTest(host)
{
    private const string Root = "/api/v1/webhooks";

    [Fact]
    public async Task A_webhook_lives_from_creation_to_deletion()
    {
        var program = await MesAsync();
        var created = await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.example/hook", "run.finished", "image.flagged"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var made = await JsonAsync(created);
        var address = created.Headers.Location!.ToString();
        Assert.Equal($"{Root}/{made.GetProperty("id").GetGuid()}", address);
        Assert.StartsWith("whsec_", made.GetProperty("secret").GetString(), StringComparison.Ordinal);

        var read = await JsonAsync(await program.SendAsync(HttpMethod.Get, address));
        Assert.Equal(JsonValueKind.Null, read.GetProperty("secret").ValueKind);
        Assert.Equal(["run.finished", "image.flagged"], read.GetProperty("events").EnumerateArray().Select(e => e.GetString()));

        var changed = await JsonAsync(await program.SendAsync(HttpMethod.Patch, address, new { active = false, events = new[] { "review.done" } }));
        Assert.Equal(("MES", false, "review.done"), (changed.GetProperty("name").GetString(), changed.GetProperty("active").GetBoolean(), changed.GetProperty("events")[0].GetString()));

        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, address)).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Get, address), HttpStatusCode.NotFound, "webhook.missing");
    }

    [Theory]
    [InlineData("MES", "http://mes.example/hook", "run.finished", "webhook.url")]
    [InlineData("MES", "ftp://mes.example/hook", "run.finished", "webhook.url")]
    [InlineData("MES", "https://user:word@mes.example/", "run.finished", "webhook.url")]
    [InlineData("MES", "mes.example", "run.finished", "webhook.url")]
    [InlineData("", "https://mes.example/", "run.finished", "webhook.name")]
    [InlineData("MES", "https://mes.example/", "ping", "webhook.events")]
    [InlineData("MES", "https://mes.example/", "run.started", "webhook.events")]
    public async Task What_cannot_be_a_webhook_is_refused_with_the_reason(string name, string url, string kind, string code)
    {
        var program = await MesAsync();
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Post, Root, Body(name, url, kind)), HttpStatusCode.BadRequest, code);
    }

    /// <summary>A kind that is added in one place is taken by REST, offered by the page and written down.</summary>
    [Fact]
    public async Task Every_kind_of_event_can_be_asked_for_is_explained_on_the_page_and_stands_in_the_manual()
    {
        var kinds = Enum.GetValues<HappeningKinds>().Except([HappeningKinds.None, HappeningKinds.Ping]).ToList();
        Assert.Equal(kinds, HappeningNames.Subscribable.Order());
        Assert.All(kinds, kind => Assert.NotEmpty(Portal.Features.Webhooks.WebhooksPage.TextOf(kind)));
        var manual = await File.ReadAllTextAsync(Path.Combine(TestKit.SharedFiles.RepositoryRoot, "docs", "webhooks.md"), Ct);
        Assert.All(kinds, kind => Assert.Contains($"`{kind.Name()}`", manual, StringComparison.Ordinal));
        var program = await MesAsync();
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.example/hook", [.. kinds.Select(kind => kind.Name())])));
        Assert.Equal(kinds.Select(kind => kind.Name()), made.GetProperty("events").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public async Task A_misspelt_field_is_not_left_out_in_silence()
    {
        var program = await MesAsync();
        var response = await program.SendAsync(HttpMethod.Post, Root, new { name = "MES", adress = "https://mes.example/", events = new[] { "run.finished" } });
        await AssertProblemAsync(response, HttpStatusCode.BadRequest, "request.unreadable");
        Assert.Contains("adress", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_webhooks()
    {
        var program = await MesAsync();
        for (var i = 0; i < Webhook.MostPerTeam; i++)
            Assert.Equal(HttpStatusCode.Created, (await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.example/", "run.finished"))).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.example/", "run.finished")), HttpStatusCode.TooManyRequests, "webhook.many");
    }

    [Fact]
    public async Task A_secret_is_stored_unreadably_and_can_be_renewed()
    {
        var program = await MesAsync();
        var made = await JsonAsync(await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.example/", "run.finished")));
        var first = made.GetProperty("secret").GetString()!;
        Assert.DoesNotContain(first, await TenantRows.DescribeAsync(program.Team, Ct), StringComparison.Ordinal);
        var renewed = await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{Root}/{made.GetProperty("id").GetGuid()}:renewSecret"));
        Assert.NotEqual(first, renewed.GetProperty("secret").GetString());
    }

    [Fact]
    public async Task A_run_that_ends_is_told_in_the_same_breath_to_those_who_asked()
    {
        var program = await MesAsync();
        await SwitchedOnAsync(program, "run.finished");
        await SwitchedOnAsync(program, "model.published");
        var (project, run) = await RunAsync(program.Team);
        await program.Team.WorkAsync(run, r => r.Fail("It broke", null, Host.Time.Now));
        await using var context = program.Team.Open();
        var delivery = await context.WebhookDeliveries.SingleAsync(Ct);
        using var body = JsonDocument.Parse(delivery.Body);
        Assert.Equal("run.finished", body.RootElement.GetProperty("kind").GetString());
        var data = body.RootElement.GetProperty("data");
        Assert.Equal((run.Value, project.Value, "failed", "It broke"), (
            data.GetProperty("run").GetGuid(), data.GetProperty("project").GetGuid(), data.GetProperty("status").GetString(), data.GetProperty("failureReason").GetString()));
    }

    [Fact]
    public async Task Only_images_that_are_not_clearly_normal_are_told()
    {
        var program = await MesAsync();
        await SwitchedOnAsync(program, "image.flagged");
        var (project, run) = await RunAsync(program.Team);
        var rows = await program.Team.RowsAsync(
            project, ("a", ImageSplit.Test, ImageLabel.Unknown), ("b", ImageSplit.Test, ImageLabel.Unknown), ("c", ImageSplit.Test, ImageLabel.Unknown));
        await program.Team.ModelAsync(project, run, [(rows[0], 0.5), (rows[1], 1.5), (rows[2], 3)]);
        await using var context = program.Team.Open();
        var told = (await context.WebhookDeliveries.Select(d => d.Body).ToListAsync(Ct)).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("data")).ToList();
        Assert.Equal(
            [("b", "uncertain"), ("c", "defect")],
            told.Select(data => (data.GetProperty("imageName").GetString()!, data.GetProperty("verdict").GetString()!)).Order());
    }

    [Fact]
    public async Task Another_team_is_told_nothing()
    {
        var (ours, theirs) = (await MesAsync(), await MesAsync());
        await SwitchedOnAsync(theirs, "run.finished");
        var (_, run) = await RunAsync(ours.Team);
        await ours.Team.WorkAsync(run, r => r.Fail("It broke", null, Host.Time.Now));
        await using var context = theirs.Team.Open();
        Assert.Equal(0, await context.WebhookDeliveries.CountAsync(Ct));
    }

    [Fact]
    public async Task The_log_is_read_page_by_page_and_a_delivery_is_replayed_under_its_id()
    {
        var program = await MesAsync();
        var address = await SwitchedOnAsync(program, "run.finished");
        var ids = new List<Guid>();
        for (var i = 0; i < 5; i++)
            ids.Add((await JsonAsync(await program.SendAsync(HttpMethod.Post, $"{address}:ping"))).GetProperty("delivery").GetGuid());

        var listed = new List<Guid>();
        for (string? next = ""; next is not null;)
        {
            var page = await JsonAsync(await program.SendAsync(HttpMethod.Get, $"{address}/deliveries?limit=2&cursor={next}"));
            listed.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()));
            next = page.GetProperty("next").GetString();
        }

        Assert.Equal(ids.Order(), listed.Order());
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Post, $"{address}/deliveries/{ids[0]}:replay"), HttpStatusCode.Conflict, "delivery.waiting");
        await using (var context = program.Team.Open())
        {
            var row = await context.WebhookDeliveries.FirstAsync(d => d.Id == new Domain.Common.DeliveryId(ids[0]), Ct);
            row.Arrived(200, "ok", Host.Time.Now);
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await program.SendAsync(HttpMethod.Post, $"{address}/deliveries/{ids[0]}:replay")).StatusCode);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Get, $"{address}/deliveries?cursor=nonsense"), HttpStatusCode.BadRequest, "page.cursor");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Get, $"{address}/deliveries?limit=0"), HttpStatusCode.BadRequest, "page.limit");
    }

    private static object Body(string name, string url, params string[] events) => new { name, url, events };

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Ct));
        return await response.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private static async Task<(Domain.Common.ProjectId Project, Domain.Common.RunId Run)> RunAsync(TeamAtWork team)
    {
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        return (project, await team.RunAsync(project));
    }

    /// <summary>At an address that no name server knows: nothing leaves the machine.</summary>
    private static async Task<string> SwitchedOnAsync(RestProgram program, params string[] events)
    {
        var created = await program.SendAsync(HttpMethod.Post, Root, Body("MES", "https://mes.invalid/hook", events));
        return created.Headers.Location!.ToString();
    }

    private async Task<RestProgram> MesAsync() => (await ProgramAsync()).Program;
}
