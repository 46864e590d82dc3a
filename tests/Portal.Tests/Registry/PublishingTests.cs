using System.Net;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>Publishing with a second person, rolling back, and what is written down of both; through HTTP by people and programs.</summary>
public sealed class PublishingTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task Where_a_second_person_is_needed_nobody_publishes_alone()
    {
        var (owner, team) = await MemberAsync();
        var (ada, _, adas) = await PersonAsync(team, TeamRole.Engineer);
        var made = await LinedProject.CreateAsync(team);
        var (project, model) = ($"/api/v1/projects/{made.Project.Value}", $"/api/v1/models/{made.Model.Id.Value}");
        await AssertProblemAsync(await ada.SendAsync(HttpMethod.Patch, project, new { approvalNeeded = true }), HttpStatusCode.Forbidden, "role.low");
        Assert.True((await ReadAsync<RestProject>(await owner.SendAsync(HttpMethod.Patch, project, new { approvalNeeded = true }))).ApprovalNeeded);
        await AssertProblemAsync(await ada.SendAsync(HttpMethod.Post, $"{model}:publish"), HttpStatusCode.Conflict, "publish.approval");

        var asking = await ada.SendAsync(HttpMethod.Post, $"{model}:ask-to-publish", new { comment = "Finds scratches" });
        Assert.Equal(HttpStatusCode.Created, asking.StatusCode);
        var asked = await ReadAsync<RestPublishRequest>(asking);
        Assert.Equal((PublishRequestState.Open, 1, adas.User.Value, "Finds scratches"), (asked.State, asked.ModelVersion, asked.AskedBy.Id, asked.Comment));
        var request = $"/api/v1/publish-requests/{asked.Id}";
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{model}:ask-to-publish", new { }), HttpStatusCode.Conflict, "publish.waits");
        // The rule cannot be lifted under a request that waits, and who asked cannot approve, by the own program neither.
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Patch, project, new { approvalNeeded = false }), HttpStatusCode.Conflict, "project.approval");
        await AssertProblemAsync(await ada.SendAsync(HttpMethod.Post, $"{request}:approve", new { }), HttpStatusCode.Conflict, "publish.own");
        await AssertProblemAsync(await (await ProgramAsync(team)).PostAsync($"{request}:approve", new { }), HttpStatusCode.Forbidden, "publish.person");
        Assert.Null((await ReadAsync<RestProject>(await owner.GetAsync(project))).PublishedModel);
        Assert.Empty(await TellingsAsync(team));

        var approved = await ReadAsync<RestPublishRequest>(await owner.SendAsync(HttpMethod.Post, $"{request}:approve", new { comment = "Compared" }));
        Assert.Equal((PublishRequestState.Approved, "Compared", team.Owner.User.Value), (approved.State, approved.DecisionComment, approved.DecidedBy!.Id));
        Assert.Equal(1, (await ReadAsync<RestProject>(await owner.GetAsync(project))).PublishedModel!.Version);
        var published = Assert.Single(await PublicationsAsync(team, made.Project));
        Assert.Equal((PublicationKind.Published, asked.Id, team.Owner.User.Value), (published.Kind, published.RequestId, published.By.Id));
        // Told once, when it was really published.
        Assert.Single(await TellingsAsync(team));
        await using var context = team.Open();
        var trail = await context.Audit.Where(e => e.SubjectKind == "model").OrderBy(e => e.Sequence).Select(e => new { e.Action, e.ActorId }).ToListAsync(Ct);
        Assert.Equal(
            [(AuditAction.PublishAsk, adas.User), (AuditAction.PublishApprove, team.Owner.User), (AuditAction.ModelPublish, team.Owner.User)],
            trail.Select(e => (e.Action, e.ActorId)));
    }

    [Fact]
    public async Task A_request_is_rejected_with_a_reason_or_withdrawn_by_who_asked()
    {
        var (owner, team) = await MemberAsync();
        var (ada, _, _) = await PersonAsync(team, TeamRole.Engineer);
        var (reviewer, _, _) = await PersonAsync(team, TeamRole.Reviewer);
        var made = await LinedProject.CreateAsync(team);
        await owner.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{made.Project.Value}", new { approvalNeeded = true });
        var ask = $"/api/v1/models/{made.Model.Id.Value}:ask-to-publish";
        var first = $"/api/v1/publish-requests/{(await ReadAsync<RestPublishRequest>(await ada.SendAsync(HttpMethod.Post, ask, new { }))).Id}";
        await AssertProblemAsync(await reviewer.SendAsync(HttpMethod.Post, $"{first}:approve", new { }), HttpStatusCode.Forbidden, "role.low");
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{first}:reject", new { }), HttpStatusCode.BadRequest, "publish.reason");
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{first}:withdraw"), HttpStatusCode.Conflict, "publish.others");
        Assert.Equal(PublishRequestState.Rejected, (await ReadAsync<RestPublishRequest>(await owner.SendAsync(HttpMethod.Post, $"{first}:reject", new { comment = "Misses dents" }))).State);
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{first}:approve", new { }), HttpStatusCode.Conflict, "publish.over");

        // Ids sort by the clock, which stands still here unless a test moves it.
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var second = $"/api/v1/publish-requests/{(await ReadAsync<RestPublishRequest>(await ada.SendAsync(HttpMethod.Post, ask, new { }))).Id}";
        Assert.Equal(PublishRequestState.Withdrawn, (await ReadAsync<RestPublishRequest>(await ada.SendAsync(HttpMethod.Post, $"{second}:withdraw"))).State);
        var program = await ProgramAsync(team);
        var (all, pages) = await program.AllAsync<RestPublishRequest>($"projects/{made.Project.Value}/publish-requests", limit: 1);
        Assert.Equal([PublishRequestState.Withdrawn, PublishRequestState.Rejected], all.Select(r => r.State));
        Assert.Equal(2, pages);
        Assert.Empty(await PublicationsAsync(team, made.Project));
    }

    [Fact]
    public async Task Rolling_back_is_one_step_and_needs_nobody_else()
    {
        var (owner, team) = await MemberAsync();
        var made = await LinedProject.CreateAsync(team);
        var (later, _) = await team.ModelAsync(made.Project, await team.RunAsync(made.Project), []);
        var project = $"/api/v1/projects/{made.Project.Value}";
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{project}:roll-back", new { }), HttpStatusCode.Conflict, "model.roll-back");
        foreach (var model in new[] { made.Model, later })
            await owner.SendAsync(HttpMethod.Post, $"/api/v1/models/{model.Id.Value}:publish");
        await owner.SendAsync(HttpMethod.Patch, project, new { approvalNeeded = true });
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{project}:roll-back", new { to = later.Id.Value }), HttpStatusCode.Conflict, "model.roll-back.other");
        var back = await ReadAsync<RestModel>(await owner.SendAsync(HttpMethod.Post, $"{project}:roll-back", new { to = made.Model.Id.Value }));
        Assert.Equal((1, true), (back.Version, back.IsPublished));
        // Not there and back again.
        await AssertProblemAsync(await owner.SendAsync(HttpMethod.Post, $"{project}:roll-back", new { }), HttpStatusCode.Conflict, "model.roll-back");
        await owner.SendAsync(HttpMethod.Post, $"/api/v1/models/{made.Model.Id.Value}:unpublish");
        Assert.Equal(
            [(PublicationKind.TakenBack, 1), (PublicationKind.RolledBack, 1), (PublicationKind.Published, 2), (PublicationKind.Published, 1)],
            (await PublicationsAsync(team, made.Project)).Select(p => (p.Kind, p.ModelVersion)));
        await using var context = team.Open();
        Assert.Equal(1, await context.Audit.CountAsync(e => e.Action == AuditAction.ModelRollBack, Ct));
    }

    [Fact]
    public async Task Two_who_ask_or_decide_at_once_make_one_request_and_one_answer()
    {
        var (owner, team) = await MemberAsync();
        var (ada, _, _) = await PersonAsync(team, TeamRole.Engineer);
        var (ben, _, _) = await PersonAsync(team, TeamRole.Engineer);
        var made = await LinedProject.CreateAsync(team);
        await owner.SendAsync(HttpMethod.Patch, $"/api/v1/projects/{made.Project.Value}", new { approvalNeeded = true });
        var asked = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ada.SendAsync(HttpMethod.Post, $"/api/v1/models/{made.Model.Id.Value}:ask-to-publish", new { })));
        var request = Assert.Single(asked, answer => answer.StatusCode == HttpStatusCode.Created);
        var address = $"/api/v1/publish-requests/{(await ReadAsync<RestPublishRequest>(request)).Id}";
        var decided = await Task.WhenAll(
            owner.SendAsync(HttpMethod.Post, $"{address}:approve", new { }), ben.SendAsync(HttpMethod.Post, $"{address}:reject", new { comment = "No" }));
        Assert.Single(decided, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Single(decided, answer => answer.StatusCode == HttpStatusCode.Conflict);
    }

    /// <summary>What webhooks of the team were told of published models.</summary>
    private static async Task<List<WebhookDelivery>> TellingsAsync(TeamAtWork team)
    {
        await using var context = team.Open();
        if (!await context.Webhooks.AnyAsync(Ct))
        {
            context.Add(Webhook.Create(team.Tenant, "MES", "https://mes.invalid/hook", HappeningKinds.ModelPublished, "closed", false, team.Owner.User, TimeProvider.System.GetUtcNow()).Value);
            await context.SaveChangesAsync(Ct);
        }

        return await context.WebhookDeliveries.Where(d => d.Kind == HappeningKinds.ModelPublished).ToListAsync(Ct);
    }

    private async Task<List<RestPublication>> PublicationsAsync(TeamAtWork team, ProjectId project) =>
        (await (await ProgramAsync(team)).AllAsync<RestPublication>($"projects/{project.Value}/publications", limit: 3)).Items;
}
