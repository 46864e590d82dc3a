using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Tests.Line;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Registry;

/// <summary>Versions beyond what a project keeps go; never the published one, the one before it, or one that something refers to.</summary>
public sealed class RetentionTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task Only_what_is_beyond_the_rule_and_referred_to_by_nothing_goes()
    {
        var (project, models) = await SixAsync();
        var sweep = Get<RetentionSweep>();
        await sweep.SweepAsync(Ct);
        Assert.Equal([1, 2, 3, 4, 5, 6], await VersionsAsync(project));
        // v1 is where rolling back leads, v2 is published, v3 is still written; of the unpublished ones the newest, v6, is kept.
        foreach (var model in models.Take(2))
            Assert.True((await Get<PublishModel>().HandleAsync(Team.Engineer, new(model), Ct)).Succeeded);
        Assert.IsType<Domain.Models.InvalidRetention>((await KeepAsync(project, -1)).Error);
        Assert.True((await KeepAsync(project, 1)).Succeeded);
        await sweep.SweepAsync(Ct);
        Assert.Equal([1, 2, 3, 6], await VersionsAsync(project));
        await using var context = Team.Open();
        var trail = await context.Audit.Where(e => e.Action == AuditAction.ModelRetire).OrderBy(e => e.Sequence).ToListAsync(Ct);
        Assert.Equal(2, trail.Count);
        Assert.All(trail, entry => Assert.Equal(Team.Engineer.User, entry.ActorId));
        Assert.Contains("v4 of", trail[0].Detail, StringComparison.Ordinal);
        Assert.Contains("the newest 1 unpublished version is kept", trail[0].Detail, StringComparison.Ordinal);
        await sweep.SweepAsync(Ct);
        Assert.Equal([1, 2, 3, 6], await VersionsAsync(project));
    }

    [Fact]
    public async Task Young_versions_stay_and_a_rule_that_is_off_deletes_nothing()
    {
        var (project, _) = await SixAsync();
        Assert.True((await KeepAsync(project, 1, days: 3)).Succeeded);
        await Get<RetentionSweep>().SweepAsync(Ct);
        Assert.Equal([1, 2, 3, 4, 5, 6], await VersionsAsync(project));
        Assert.True((await KeepAsync(project, 0)).Succeeded);
        await Get<RetentionSweep>().SweepAsync(Ct);
        Assert.Equal(6, (await VersionsAsync(project)).Count);
    }

    private Task<Result> KeepAsync(ProjectId project, int versions, int days = 0) =>
        Get<ChangeProject>().HandleAsync(Team.Engineer, new(project, null, null, null, Keep: new ChangeProject.Kept(versions, days)), Ct);

    private async Task<List<int>> VersionsAsync(ProjectId project)
    {
        await using var context = Team.Open();
        return await context.Models.Where(m => m.ProjectId == project).Select(m => m.Version).Order().ToListAsync(Ct);
    }

    /// <summary>Six versions, made a moment ago; the run of the third has not ended.</summary>
    private async Task<(ProjectId Project, List<ModelId> Models)> SixAsync()
    {
        var made = await LinedProject.CreateAsync(Team);
        var models = new List<(ModelId Id, RunId Run)> { (made.Model.Id, made.Model.RunId) };
        for (var i = 0; i < 5; i++)
        {
            var (model, _) = await Team.ModelAsync(made.Project, await Team.RunAsync(made.Project), []);
            models.Add((model.Id, model.RunId));
        }

        foreach (var (_, run) in models.Where((_, i) => i != 2))
            await Team.WorkAsync(run, r => r.Fail("It broke", null, r.QueuedAt));
        // So that a version made now is older than now.
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        return (made.Project, models.ConvertAll(m => m.Id));
    }
}
