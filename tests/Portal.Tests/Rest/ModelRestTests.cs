using System.Net;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Rest;

public sealed class ModelRestTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_model_says_where_it_comes_from()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var model = await program.GetAsync<RestModel>($"models/{keys.Model.Value}");
        Assert.Equal((1, keys.Run.Value, false, 1, TeamAtWork.Line), (model.Version, model.RunId, model.IsPublished, model.Seed, model.Calibration));
        Assert.Equal(model.Id, Assert.Single((await program.AllAsync<RestModel>($"projects/{keys.Project.Value}/models", 1)).Items).Id);
    }

    [Fact]
    public async Task Publishing_replaces_can_be_said_twice_and_is_refused_on_an_older_state()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var second = await team.RunAsync(keys.Project);
        var (later, _) = await team.ModelAsync(keys.Project, second, []);
        var (one, two) = ($"models/{keys.Model.Value}", $"models/{later.Id.Value}");
        var seen = (await program.GetAsync(two)).Headers.ETag!.ToString();
        var published = await program.SendAsync(HttpMethod.Post, $"{two}:publish", ifMatch: seen);
        Assert.True((await ReadAsync<RestModel>(published)).IsPublished);
        await AssertProblemAsync(await program.SendAsync(HttpMethod.Post, $"{two}:unpublish", ifMatch: seen), HttpStatusCode.PreconditionFailed, "model.changed");
        Assert.Equal(published.Headers.ETag, (await program.PostAsync($"{two}:publish")).Headers.ETag);
        Assert.True((await ReadAsync<RestModel>(await program.PostAsync($"{one}:publish"))).IsPublished);
        Assert.Equal([false, true], (await program.AllAsync<RestModel>($"projects/{keys.Project.Value}/models", 1)).Items.Select(m => m.IsPublished));
        // Taking back what is not published takes nothing back.
        await program.PostAsync($"{two}:unpublish");
        Assert.True((await program.GetAsync<RestModel>(one)).IsPublished);
        await program.PostAsync($"{one}:unpublish");
        Assert.False((await program.GetAsync<RestModel>(one)).IsPublished);
    }

    [Fact]
    public async Task Results_are_the_published_models_or_the_latest_ones()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var image = await team.ImageAsync(keys.Image);
        var (later, _) = await team.ModelAsync(keys.Project, await team.RunAsync(keys.Project), [(image, 0.25)]);
        var results = $"projects/{keys.Project.Value}/results";
        Assert.Equal(later.Id.Value, Assert.Single((await program.AllAsync<RestResult>(results, 5)).Items).ModelId);
        await program.PostAsync($"models/{keys.Model.Value}:publish");
        Assert.Equal(keys.Model.Value, Assert.Single((await program.AllAsync<RestResult>(results, 5)).Items).ModelId);
        Assert.Equal(0.25, Assert.Single((await program.AllAsync<RestResult>($"{results}?model={later.Id.Value}", 5)).Items).Score);
        await AssertProblemAsync(await program.GetAsync($"{results}?model={Guid.NewGuid()}"), HttpStatusCode.NotFound, "model.missing");
    }

    [Fact]
    public async Task The_models_file_is_saved_under_the_projects_name()
    {
        var (program, team) = await ProgramAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        // The seed's bundle has no content: what is stored decides, not the row.
        await AssertProblemAsync(await program.GetAsync($"models/{keys.Model.Value}/file"), HttpStatusCode.NotFound, "model.missing");
        await team.PutAsync(Domain.Storage.BlobKind.Model, keys.ModelRow);
        var response = await program.GetAsync($"models/{keys.Model.Value}/file");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.EndsWith(" v1.fsad", response.Content.Headers.ContentDisposition!.FileNameStar, StringComparison.Ordinal);
    }
}
