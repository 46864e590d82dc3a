using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Rest;

public sealed class RunRestTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task What_is_left_out_comes_from_the_preset_and_what_is_said_stands()
    {
        var (program, _, runs) = await ReadyAsync();
        var quick = await StartAsync(program, runs, new { shots = 2 });
        Assert.Equal(TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }, quick.Recipe);
        Assert.Equal((RunStatus.Queued, 1, RunPriority.Normal), (quick.Status, quick.Number, quick.Priority));
        Assert.NotNull(quick.WaitsFor);
        Assert.True(quick.RunsAhead >= 0);
        var own = await StartAsync(program, runs, new
        {
            method = "uniAd", preset = "full", shots = 2, seed = 7, epochs = 3, stepsPerEpoch = 4, batchSize = 5, learningRate = 0.01,
            adversarial = new { loss = "leastSquares", weight = 0.5 }, uniAd = new { neighbourMask = 5 },
        });
        Assert.Equal((DetectionMethod.UniAd, 7, 3, 4, 5, 0.01), (own.Recipe.Method, own.Recipe.Seed, own.Recipe.Epochs, own.Recipe.StepsPerEpoch, own.Recipe.BatchSize, own.Recipe.LearningRate));
        Assert.Equal((AdversarialLossKind.LeastSquares, 0.5, 1e-3), (own.Recipe.Adversarial!.Loss, own.Recipe.Adversarial.Weight, own.Recipe.Adversarial.DiscriminatorLearningRate));
        Assert.Equal((5, true), (own.Recipe.UniAd!.NeighbourMask, own.Recipe.UniAd.StandardiseFeatures));
        Assert.Null(own.Recipe.RegAd);
        Assert.True(quick.Recipe.RegAd!.RelativePoses);
        Assert.False((await StartAsync(program, runs, new { shots = 2, regAd = new { relativePoses = false } })).Recipe.RegAd!.RelativePoses);
        Assert.Null((await StartAsync(program, runs, new { shots = 2, adversarial = false })).Recipe.Adversarial);
        Assert.Equal(1e-3, (await StartAsync(program, runs, new { shots = 2, adversarial = true, again = true })).Recipe.Adversarial!.DiscriminatorLearningRate);
    }

    [Theory]
    [InlineData("""{"shots":2,"epoch":3}""", "request.unreadable")]
    [InlineData("""{"shots":2,"adversarial":"yes"}""", "request.unreadable")]
    [InlineData("""{"shots":2,"adversarial":{"colour":1}}""", "request.unreadable")]
    [InlineData("""{"shots":2,"method":"magic"}""", "request.unreadable")]
    [InlineData("""{"shots":"2"}""", "request.unreadable")]
    [InlineData("""{"shots":9}""", "recipe.shots")]
    [InlineData("""{"shots":2,"method":"patchCore","adversarial":true}""", "recipe.adversarial")]
    [InlineData("""{"shots":2,"backbone":"vgg"}""", "recipe.backbone")]
    public async Task A_recipe_that_cannot_be_is_refused(string body, string code)
    {
        var (program, team, runs) = await ReadyAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await AssertProblemAsync(await program.PostAsync(runs, content), HttpStatusCode.BadRequest, code);
        Assert.Empty(Host.Queue.EnqueuedBy(team.Tenant));
    }

    [Fact]
    public async Task One_key_makes_one_run_however_often_and_however_many_at_once()
    {
        var (program, team, runs) = await ReadyAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => program.PostAsync(runs, new { shots = 2 }, key: "order-1")));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Created, a.StatusCode));
        var address = Assert.Single(answers.Select(a => a.Headers.Location!.ToString()).Distinct());
        // A default that is written out asks for the same.
        Assert.Equal(address, (await program.PostAsync(runs, new { shots = 2, seed = 1 }, key: "order-1")).Headers.Location!.ToString());
        Assert.Single(Host.Queue.EnqueuedBy(team.Tenant));
        await AssertProblemAsync(await program.PostAsync(runs, new { shots = 2, seed = 2 }, key: "order-1"), HttpStatusCode.UnprocessableEntity, "run.key.used");
        await AssertProblemAsync(await program.PostAsync(runs, new { shots = 2 }, key: new string('x', 201)), HttpStatusCode.BadRequest, "run.key");
        await AssertProblemAsync(await program.PostAsync(runs, new { shots = 2 }), HttpStatusCode.Conflict, "run.same");
        Assert.NotEqual(address, (await program.PostAsync(runs, new { shots = 2, again = true })).Headers.Location!.ToString());
    }

    [Fact]
    public async Task Another_teams_key_is_another_key_and_after_a_day_it_is_new()
    {
        var (program, team, runs) = await ReadyAsync();
        var (other, _, theirs) = await ReadyAsync();
        var first = (await program.PostAsync(runs, new { shots = 2 }, key: "k")).Headers.Location;
        Assert.NotEqual(first, (await other.PostAsync(theirs, new { shots = 2 }, key: "k")).Headers.Location);
        await using (var context = team.Open())
        {
            await context.RememberedStarts.ExecuteUpdateAsync(s => s.SetProperty(row => row.At, Host.Time.Now - RememberedStart.Memory), Ct);
        }

        Assert.NotEqual(first, (await program.PostAsync(runs, new { shots = 2, seed = 3 }, key: "k")).Headers.Location);
        await using var after = team.Open();
        Assert.Equal(1, await after.RememberedStarts.CountAsync(Ct));
    }

    [Fact]
    public async Task Runs_are_listed_cancelled_resumed_and_deleted()
    {
        var (program, _, runs) = await ReadyAsync();
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add((await StartAsync(program, runs, new { shots = 2, seed = i })).Id);
        var (items, pages) = await program.AllAsync<RestRun>(runs, limit: 2);
        Assert.Equal([3, 2, 1], items.Select(r => r.Number));
        Assert.Equal(2, pages);
        var run = $"runs/{ids[0]}";
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, run), HttpStatusCode.Conflict, "run.active");
        var tag = (await program.GetAsync(run)).Headers.ETag!.ToString();
        Assert.Equal(RunStatus.Cancelled, (await ReadAsync<RestRun>(await program.PostAsync($"{run}:cancel"))).Status);
        await AssertProblemAsync(await program.PostAsync($"{run}:cancel"), HttpStatusCode.Conflict, "run.over");
        Assert.Equal(RunStatus.Queued, (await ReadAsync<RestRun>(await program.PostAsync($"{run}:resume"))).Status);
        Assert.Equal(RunStatus.Paused, (await ReadAsync<RestRun>(await program.PostAsync($"{run}:pause"))).Status);
        await AssertProblemAsync(await program.PostAsync($"{run}:pause"), HttpStatusCode.Conflict, "run.pause");
        Assert.Equal(RunStatus.Queued, (await ReadAsync<RestRun>(await program.PostAsync($"{run}:resume"))).Status);
        await program.PostAsync($"{run}:cancel");
        var (history, _) = await program.AllAsync<RestRunMoment>($"{run}/history", limit: 2);
        Assert.Equal(
            [RunMomentKind.Queued, RunMomentKind.Cancelled, RunMomentKind.Resumed, RunMomentKind.Paused, RunMomentKind.Resumed, RunMomentKind.Cancelled],
            history.Select(m => m.Kind));
        Assert.All(history, m => Assert.NotNull(m.By));
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, run, ifMatch: tag), HttpStatusCode.PreconditionFailed, "run.changed");
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, run)).StatusCode);
        await AssertProblemAsync(await program.GetAsync(run), HttpStatusCode.NotFound, "run.missing");
    }

    [Fact]
    public async Task The_run_of_the_published_model_stays_until_that_is_taken_back()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        await program.PostAsync($"models/{keys.Model.Value}:publish");
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Delete, $"runs/{keys.Run.Value}"), HttpStatusCode.Conflict, "model.published");
        await program.PostAsync($"models/{keys.Model.Value}:unpublish");
        Assert.Equal(HttpStatusCode.NoContent, (await program.SendAsync(HttpMethod.Delete, $"runs/{keys.Run.Value}")).StatusCode);
        Assert.Null((await program.GetAsync<RestProject>($"projects/{keys.Project.Value}")).PublishedModel);
    }

    [Fact]
    public async Task Log_and_losses_come_in_pages()
    {
        var (program, team, runs) = await ReadyAsync();
        var id = (await StartAsync(program, runs, new { shots = 2 })).Id;
        await using (var context = team.Open())
        {
            var run = await context.Runs.SingleAsync(r => r.Id == new RunId(id), Ct);
            for (var i = 1; i <= 5; i++)
            {
                context.RunLog.Add(RunLogLine.Create(run, i, LogSeverity.Information, $"line {i}", Host.Time.Now));
                context.RunSteps.Add(RunStep.Create(run, new WorkerMessage.StepDone(i, 1, 1.0 / i, null, null, null)));
            }

            await context.SaveChangesAsync(Ct);
        }

        var (log, pages) = await program.AllAsync<RunLogEntry>($"runs/{id}/log", limit: 2);
        Assert.Equal(["line 1", "line 2", "line 3", "line 4", "line 5"], log.Select(l => l.Text));
        Assert.Equal(3, pages);
        Assert.Equal([1, 2, 3, 4, 5], (await program.AllAsync<RunLosses>($"runs/{id}/losses", limit: 2)).Items.Select(l => l.Step));
        Assert.Equal((5, 0.2), ((await program.GetAsync<RestRun>($"runs/{id}")).Losses!.Step, (await program.GetAsync<RestRun>($"runs/{id}")).Losses!.TaskLoss));
    }

    [Fact]
    public async Task Events_begin_with_the_present_tell_changes_and_end_with_the_run()
    {
        var (program, team, runs) = await ReadyAsync();
        var id = new RunId((await StartAsync(program, runs, new { shots = 2 })).Id);
        using var response = await program.SendAsync(HttpMethod.Get, $"runs/{id.Value}/events", onlyHeaders: true);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var seen = new List<RestRun>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Ct)).EnumerateAsync(Ct))
        {
            if (item.EventType != RunEventStream.StateEvent)
                continue;
            seen.Add(JsonSerializer.Deserialize<RestRun>(item.Data, RestProgram.JsonOf(Host))!);
            Assert.NotEmpty(item.EventId!);
            if (seen.Count == 1)
                await WorkAsync(team, id, r => r.Claim("node", Host.Time.Now));
            else if (seen.Count == 2)
                await WorkAsync(team, id, r => r.Succeed(Host.Time.Now));
        }

        Assert.Equal([RunStatus.Queued, RunStatus.Running, RunStatus.Succeeded], seen.Select(r => r.Status));
        Assert.Equal(1, seen[^1].Progress);
    }

    [Fact]
    public async Task Events_of_a_run_that_is_over_are_one_and_of_another_teams_none()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var body = await (await program.GetAsync($"runs/{keys.Run.Value}/events")).Content.ReadAsStringAsync(Ct);
        Assert.Single(body.Split('\n'), line => line.StartsWith("event:", StringComparison.Ordinal));
        var (stranger, _) = await ProgramAsync();
        await AssertProblemAsync(await stranger.GetAsync($"runs/{keys.Run.Value}/events"), HttpStatusCode.NotFound, "run.missing");
    }

    private async Task WorkAsync(TeamAtWork team, RunId id, Func<TrainingRun, Result> change)
    {
        await team.WorkAsync(id, change);
        Host.Services.GetRequiredService<RunEvents>().Publish(new RunEvent.Changed(team.Tenant, id));
    }

    private async Task<RestRun> StartAsync(RestProgram program, string runs, object body)
    {
        var response = await program.PostAsync(runs, body);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync(Ct));
        return await ReadAsync<RestRun>(response);
    }

    private async Task<(RestProgram Program, TeamAtWork Team, string Runs)> ReadyAsync()
    {
        var (program, team) = await ProgramAsync();
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        return (program, team, $"projects/{project.Value}/runs");
    }
}
