using System.Net;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registrations;

/// <summary>One model over several projects: made, used, referred to, deleted, and nobody else's.</summary>
public sealed class RegistrationTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task Its_run_learns_from_the_normal_images_of_every_chosen_project_and_of_no_other()
    {
        var (program, team) = await ProgramAsync();
        var (first, second) = await TwoAsync(team);
        await team.ShotsAsync(await team.ProjectAsync("Other"), 3);
        await team.UploadAsync(first, "test/good/000.png", ImageSplit.Test, ImageLabel.Normal);
        await team.UploadAsync(first, "scratch.png", ImageSplit.Unassigned, ImageLabel.Defective);
        var spare = await team.UploadAsync(second, "spare.png", ImageSplit.Unassigned, ImageLabel.Normal);

        var regAd = await TrainAsync(program, "Housings", second, first);
        Assert.Equal((1, RunStatus.Queued, false), (regAd.Version, regAd.Status, regAd.Ready));
        Assert.Equal([("A part", 3), ("B part", 4)], regAd.Parts.Select(part => (part.Name, part.Images)));
        var run = await team.RunAsync(new RunId(regAd.Run));
        Assert.Equal((first, 2, 0), (run.ProjectId, run.Snapshot.Support.Count, run.Snapshot.Test.Count));
        Assert.Equal([first, second], run.Snapshot.TrainingCategories.Select(category => category.Project));
        Assert.Contains(spare, run.Snapshot.TrainingCategories[1].Images);
        Assert.Equal([run.Id], Host.Queue.EnqueuedBy(team.Tenant));

        // The same work under way is not begun again; another recipe of that name is its next version.
        await AssertProblemAsync(await program.PostAsync("registrations", Body("Housings", "regAd", first, second)), HttpStatusCode.Conflict, "run.same");
        var unified = await ReadAsync<RestRegistration>(await program.PostAsync("registrations", Body("Housings", "uniAd", first, second)));
        Assert.Equal(2, unified.Version);
        Assert.All(unified.Parts, part => Assert.Equal(2, part.Images));
        var learned = (await team.RunAsync(new RunId(unified.Run))).Snapshot;
        Assert.Equal([second], learned.TrainingCategories.Select(category => category.Project));
        Assert.Equal(4, learned.Support.Concat(learned.TrainingCategories[0].Images).Distinct().Count());

        // No project's own list shows their runs, and the page of all is about projects.
        Assert.Empty((await program.GetAsync<RestPage<RestRun>>($"projects/{first.Value}/runs")).Items);
        Assert.Equal(regAd.Id, (await program.GetAsync<RestRun>($"runs/{regAd.Run}")).RegistrationId);
        // The tests' clock stands, so that of the two neither is the newer one.
        Assert.Equal(new[] { unified.Id, regAd.Id }.Order(), (await program.AllAsync<RestRegistration>("registrations", 1)).Items.Select(item => item.Id).Order());
    }

    [Theory]
    [InlineData(1, "regAd", 2, "registration.projects", HttpStatusCode.BadRequest)]
    [InlineData(2, "patchCore", 2, "registration.method", HttpStatusCode.BadRequest)]
    [InlineData(2, "regAd", 4, "registration.shots", HttpStatusCode.Conflict)]
    public async Task What_cannot_be_trained_is_refused_with_what_to_do(int projects, string method, int shots, string code, HttpStatusCode status)
    {
        var (program, team) = await ProgramAsync();
        var (first, second) = await TwoAsync(team);
        var body = new { name = "Parts", projects = new[] { first.Value, second.Value }.Take(projects), recipe = new { method, shots } };
        await AssertProblemAsync(await program.PostAsync("registrations", body), status, code);
        Assert.Empty(Host.Queue.EnqueuedBy(team.Tenant));
    }

    [Fact]
    public async Task A_new_project_takes_the_trained_network_and_is_the_reason_why_it_stays()
    {
        var (program, team) = await ProgramAsync();
        var (first, second) = await TwoAsync(team);
        var made = await TrainAsync(program, "Housings", first, second);
        var fresh = await team.ProjectAsync("Fresh");
        await team.ShotsAsync(fresh, 2);
        var runs = $"projects/{fresh.Value}/runs";
        await AssertProblemAsync(await program.PostAsync(runs, new { registration = made.Id, shots = 2 }), HttpStatusCode.Conflict, "registration.untrained");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"registrations/{made.Id}"), HttpStatusCode.Conflict, "registration.busy");
        await FinishAsync(team, made);

        await AssertProblemAsync(await program.PostAsync(runs, new { registration = made.Id, shots = 2, epochs = 3 }), HttpStatusCode.BadRequest, "registration.recipe");
        await AssertProblemAsync(await program.PostAsync($"projects/{fresh.Value}/schedules", new { name = "Nightly", cron = "0 2 * * *", recipe = new { registration = made.Id } }), HttpStatusCode.BadRequest, "registration.schedule");
        var started = await program.PostAsync(runs, new { registration = made.Id, shots = 2, seed = 3 }, key: "inspect-1");
        var run = await ReadAsync<RestRun>(started);
        Assert.Equal(run.Id, (await ReadAsync<RestRun>(await program.PostAsync(runs, new { registration = made.Id, shots = 2, seed = 3 }, key: "inspect-1"))).Id);
        Assert.Equal((0, 2, 3, RunPriority.High), (run.Recipe.Epochs, run.Recipe.Shots, run.Recipe.Seed, run.Priority));
        Assert.Equal((made.Id, "Housings", 1), (run.Recipe.Registration!.Id, run.Recipe.Registration.Name, run.Recipe.Registration.Version));
        // Nothing is learned from: the network is there already.
        Assert.Empty((await team.RunAsync(new RunId(run.Id))).Snapshot.TrainingCategories);

        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"registrations/{made.Id}"), HttpStatusCode.Conflict, "registration.used");
        var (model, _) = await team.ModelAsync(fresh, new RunId(run.Id), []);
        await team.WorkAsync(new RunId(run.Id), row => row.Claim("node", Host.Time.Now));
        await team.WorkAsync(new RunId(run.Id), row => row.Succeed(Host.Time.Now));
        var user = Assert.Single((await program.GetAsync<RestRegistration>($"registrations/{made.Id}")).UsedBy);
        Assert.Equal((fresh.Value, "Fresh", model.Id.Value), (user.Project, user.Name, user.Model));
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"registrations/{made.Id}"), HttpStatusCode.Conflict, "registration.used");

        // The run and the first project stay as long as the model does, whose file carries that project's shots.
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"runs/{made.Run}"), HttpStatusCode.Conflict, "run.registration");
        Assert.IsType<Domain.Registrations.ProjectHoldsRegistration>((await Get<DeleteProject>().HandleAsync(team.Owner, new(first, "A part"), Ct)).Error);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, $"runs/{run.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, $"registrations/{made.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync($"runs/{made.Run}")).StatusCode);
        Assert.True((await Get<DeleteProject>().HandleAsync(team.Owner, new(first, "A part"), Ct)).Succeeded);
        await using var context = team.Open();
        Assert.Equal(
            [AuditAction.RegistrationTrain, AuditAction.RegistrationDelete],
            await context.Audit.Where(entry => entry.SubjectKind == "registration").OrderBy(entry => entry.Sequence).Select(entry => entry.Action).ToListAsync(Ct));
    }

    /// <summary>As a restored backup and an imported bundle bring it: with a run that is over and the recipe of the first.</summary>
    [Fact]
    public async Task Every_version_that_could_not_be_made_again_without_it_keeps_it()
    {
        var (program, team) = await ProgramAsync();
        var (first, second) = await TwoAsync(team);
        var made = await TrainAsync(program, "Housings", first, second);
        await FinishAsync(team, made);
        foreach (var (name, id) in new[] { ("Restored", made.Id), ("Elsewhere", Guid.NewGuid()) })
        {
            var project = await team.ProjectAsync(name);
            var shots = await team.ShotsAsync(project, 2);
            await using var context = team.Open();
            var recipe = (await context.Registrations.SingleAsync(Ct)).RecipeFor(2, 1).Value;
            recipe = recipe with { Registration = recipe.Registration! with { Id = id } };
            var run = TrainingRun.Restore(
                await context.Projects.SingleAsync(p => p.Id == project, Ct), 1, recipe, new DataSnapshot(shots, [], []), new RunHistory(Host.Time.Now), team.Owner.User, Host.Time.Now).Value;
            context.Runs.Add(run);
            await context.SaveChangesAsync(Ct);
            await team.ModelAsync(project, run.Id, []);
        }

        var refused = await program.SendAsync(HttpMethod.Delete, $"registrations/{made.Id}");
        await AssertProblemAsync(refused, HttpStatusCode.Conflict, "registration.used");
        Assert.Contains("v1 of “Restored”, which could not be made again without it", (await ReadAsync<System.Text.Json.JsonElement>(refused)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        await using var rows = team.Open();
        var models = await rows.Models.Join(rows.Projects, m => m.ProjectId, p => p.Id, (m, p) => new { m.Id, p.Name }).ToDictionaryAsync(m => m.Name, m => m.Id, Ct);
        Assert.Equal(HttpStatusCode.Accepted, (await program.PostAsync($"models/{models["Restored"].Value}:reproduce", new { })).StatusCode);
        await AssertProblemAsync(await program.PostAsync($"models/{models["Elsewhere"].Value}:reproduce", new { }), HttpStatusCode.Conflict, "reproduce.registration");
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, $"models/{models["Elsewhere"].Value}")).StatusCode);
    }

    [Fact]
    public async Task Another_teams_projects_and_models_are_nothing()
    {
        var (theirs, them) = await ProgramAsync();
        var (foreign, other) = await TwoAsync(them);
        var made = await TrainAsync(theirs, "Housings", foreign, other);
        await FinishAsync(them, made);
        var (program, team) = await ProgramAsync();
        var (own, _) = await TwoAsync(team);

        Assert.Empty((await program.GetAsync<RestPage<RestRegistration>>("registrations")).Items);
        foreach (var address in new[] { $"registrations/{made.Id}", $"registrations/{Guid.NewGuid()}" })
            await AssertProblemAsync(await program.GetAsync(address), HttpStatusCode.NotFound, "registration.missing");
        await AssertProblemAsync(await program.PostAsync($"projects/{own.Value}/runs", new { registration = made.Id, shots = 2 }), HttpStatusCode.NotFound, "registration.missing");
        await AssertProblemAsync(await program.PostAsync("registrations", Body("Mixed", "regAd", own, foreign)), HttpStatusCode.NotFound, "registration.project");
        Assert.Empty(Host.Queue.EnqueuedBy(team.Tenant));
    }

    [Fact]
    public async Task Who_reads_sees_it_and_who_writes_cancels_it()
    {
        var (program, team) = await ProgramAsync();
        var (first, second) = await TwoAsync(team);
        var made = await TrainAsync(program, "Housings", first, second);
        var reader = await ProgramAsync(team, TeamPermissions.Read);
        Assert.Equal("Housings", (await reader.GetAsync<RestRegistration>($"registrations/{made.Id}")).Name);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync($"registrations/{made.Id}:cancel")).StatusCode);
        Assert.Equal(RunStatus.Cancelled, (await ReadAsync<RestRegistration>(await program.PostAsync($"registrations/{made.Id}:cancel"))).Status);
        await AssertProblemAsync(await program.PostAsync($"registrations/{made.Id}:cancel"), HttpStatusCode.Conflict, "registration.over");
        // Like any run it goes on from its checkpoint when somebody resumes it.
        Assert.Equal(HttpStatusCode.OK, (await program.PostAsync($"runs/{made.Run}:resume")).StatusCode);
        Assert.Equal(RunStatus.Queued, (await program.GetAsync<RestRegistration>($"registrations/{made.Id}")).Status);
    }

    private static object Body(string name, string method, params ProjectId[] projects) =>
        new { name, projects = projects.Select(project => project.Value), recipe = new { method, shots = 2 } };

    private static async Task<(ProjectId First, ProjectId Second)> TwoAsync(TeamAtWork team)
    {
        var (first, second) = (await team.ProjectAsync("A part"), await team.ProjectAsync("B part"));
        await team.ShotsAsync(first, 3);
        await team.ShotsAsync(second, 3);
        return (first, second);
    }

    private async Task<RestRegistration> TrainAsync(RestProgram program, string name, params ProjectId[] projects)
    {
        var answer = await program.PostAsync("registrations", Body(name, "regAd", projects));
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Ct));
        return await ReadAsync<RestRegistration>(answer);
    }

    /// <summary>What the worker leaves behind; that it does is tested with the queue.</summary>
    private async Task FinishAsync(TeamAtWork team, RestRegistration made)
    {
        await team.WorkAsync(new RunId(made.Run), run => run.Claim("node", Host.Time.Now));
        await team.WorkAsync(new RunId(made.Run), run => run.Succeed(Host.Time.Now));
        await using var context = team.Open();
        var registration = await context.Registrations.SingleAsync(r => r.Id == new RegistrationId(made.Id), Ct);
        registration.Trained(BlobKey.For(team.Tenant, BlobKind.Model, new string('a', 64)), 1, ModelOrigin.Of(await team.RunAsync(new RunId(made.Run))));
        await context.SaveChangesAsync(Ct);
    }
}
