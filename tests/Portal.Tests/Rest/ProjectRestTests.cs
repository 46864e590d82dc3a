using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Rest;

public sealed class ProjectRestTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_project_is_made_found_changed_and_has_an_address()
    {
        var (program, _) = await ProgramAsync();
        var made = await program.PostAsync("projects", new { name = "Bracket", description = "Left side" });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var project = await ReadAsync<RestProject>(made);
        Assert.Equal(("Bracket", "Left side", new ImageCounts(0, 0, 0)), (project.Name, project.Description, project.Images));
        Assert.Equal($"/api/v1/projects/{project.Id}", made.Headers.Location!.ToString());

        var got = await program.GetAsync(made.Headers.Location.ToString());
        Assert.Equal(made.Headers.ETag, got.Headers.ETag);
        var changed = await program.SendAsync(HttpMethod.Patch, $"projects/{project.Id}", new { name = "Bracket 2" });
        var renamed = await ReadAsync<RestProject>(changed);
        Assert.Equal(("Bracket 2", "Left side"), (renamed.Name, renamed.Description));
        await AssertProblemAsync(await program.PostAsync("projects", new { name = "Bracket 2" }), HttpStatusCode.Conflict, "project.name.taken");
        await AssertProblemAsync(await program.PostAsync("projects", new { name = " " }), HttpStatusCode.BadRequest, "project.name");
    }

    [Theory]
    [InlineData("""{"name":"a","colour":"red"}""")]
    [InlineData("""{"name":5}""")]
    [InlineData("""{"name":""")]
    [InlineData("""{}""")]
    public async Task A_body_that_cannot_be_read_is_said_to_be(string body)
    {
        var (program, _) = await ProgramAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var response = await program.PostAsync("projects", content);
        if (body == "{}")
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        else
            await AssertProblemAsync(response, HttpStatusCode.BadRequest, "request.unreadable");
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_leave_out()
    {
        var (program, team) = await ProgramAsync();
        var names = Enumerable.Range(0, 7).Select(i => $"Part {(char)('A' + i)}").ToList();
        foreach (var name in names.AsEnumerable().Reverse())
            await team.ProjectAsync(name);
        var (items, pages) = await program.AllAsync<RestProjectItem>("projects", limit: 3);
        Assert.Equal(names, items.Select(i => i.Name));
        Assert.Equal(3, pages);
        Assert.Equal(["Part C"], (await program.AllAsync<RestProjectItem>("projects?search=RT%20c", 3)).Items.Select(i => i.Name));
        await program.SendAsync(HttpMethod.Patch, $"projects/{items[1].Id}", new { archived = true });
        Assert.Equal(["Part B"], (await program.AllAsync<RestProjectItem>("projects?archived=true", 3)).Items.Select(i => i.Name));
        Assert.Equal(6, (await program.AllAsync<RestProjectItem>("projects?archived=false", 3)).Items.Count);
        await AssertProblemAsync(await program.GetAsync("projects?limit=0"), HttpStatusCode.BadRequest, "page.limit");
        await AssertProblemAsync(await program.GetAsync("projects?cursor=abc"), HttpStatusCode.BadRequest, "page.cursor");
        await AssertProblemAsync(await program.GetAsync("projects?archived=perhaps"), HttpStatusCode.BadRequest, "request.unreadable");
    }

    [Fact]
    public async Task What_the_caller_has_is_not_sent_again_and_what_it_has_not_seen_is_not_overwritten()
    {
        var (program, team) = await ProgramAsync();
        var address = $"projects/{(await team.ProjectAsync("Bracket")).Value}";
        var tag = (await program.GetAsync(address)).Headers.ETag!.ToString();
        Assert.Matches("^\"[0-9a-f]{32}\"$", tag);
        var again = await program.GetAsync(address, ifNoneMatch: tag);
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.StatusCode, await again.Content.ReadAsStringAsync(Ct)));

        var first = await program.SendAsync(HttpMethod.Patch, address, new { name = "One" }, ifMatch: tag);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await AssertProblemAsync(
            await program.SendAsync(HttpMethod.Patch, address, new { name = "Two" }, ifMatch: tag), HttpStatusCode.PreconditionFailed, "project.changed");
        Assert.Equal("One", (await program.GetAsync<RestProject>(address)).Name);
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Patch, address, new { name = "Two" }, ifMatch: first.Headers.ETag!.ToString())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.SendAsync(HttpMethod.Patch, address, new { name = "Three" }, ifMatch: "*")).StatusCode);
    }

    [Fact]
    public async Task Of_many_who_saw_one_state_one_changes_it()
    {
        var (program, team) = await ProgramAsync();
        var address = $"projects/{(await team.ProjectAsync("Bracket")).Value}";
        var tag = (await program.GetAsync(address)).Headers.ETag!.ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => program.SendAsync(HttpMethod.Patch, address, new { name = $"Name {i}" }, ifMatch: tag)));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.OK), a => Assert.Equal(HttpStatusCode.PreconditionFailed, a.StatusCode));
    }

    [Fact]
    public async Task Only_an_owner_who_is_signed_in_deletes_and_types_the_name()
    {
        var (browser, team) = await MemberAsync();
        var program = await ProgramAsync(team);
        var project = await team.ProjectAsync("Bracket");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"projects/{project.Value}?name=Bracket"), HttpStatusCode.Forbidden, "key.scope");
        browser.Http.DefaultRequestHeaders.Add("X-CSRF-TOKEN", await browser.TokenAsync());
        await AssertProblemAsync(await browser.Http.DeleteAsync($"/api/v1/projects/{project.Value}", Ct), HttpStatusCode.BadRequest, "project.delete.name");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Http.DeleteAsync($"/api/v1/projects/{project.Value}?name=Bracket", Ct)).StatusCode);
        await AssertProblemAsync(await program.GetAsync($"projects/{project.Value}"), HttpStatusCode.NotFound, "project.missing");
    }

    [Fact]
    public async Task Counts_and_models_are_told()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var before = await program.GetAsync<RestProject>($"projects/{keys.Project.Value}");
        Assert.Equal((new ImageCounts(2, 1, 0), keys.Model.Value, null), (before.Images, before.LatestModel!.Id, before.PublishedModel));
        Assert.Equal(HttpStatusCode.OK, (await program.PostAsync($"models/{keys.Model.Value}:publish")).StatusCode);
        Assert.Equal(keys.Model.Value, (await program.GetAsync<RestProject>($"projects/{keys.Project.Value}")).PublishedModel!.Id);
        var item = Assert.Single((await program.AllAsync<RestProjectItem>("projects", 10)).Items, project => project.Id == keys.Project.Value);
        Assert.Equal((2, 1, 1, 1), (item.SupportImages, item.TestImages, item.LatestModelVersion, item.PublishedModelVersion));
    }
}
