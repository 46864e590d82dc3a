using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Evaluation;

/// <summary>What is said of a model, to pages and to programs.</summary>
public sealed class EvaluationTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_program_gets_metrics_with_intervals_types_and_shots()
    {
        var (program, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        var metrics = await program.GetAsync<RestModelMetrics>($"models/{made.Model.Id.Value}/metrics");
        Assert.Equal((4, 4, 1, true, 9), (metrics.GoodImages, metrics.DefectiveImages, metrics.UnlabelledImages, metrics.IsFinal, metrics.ScoredImages));
        // Pairs won of 4 each: 3 → 4, 1.2 → 2, 0.5 → 1, 4 → 4.
        Assert.Equal(11 / 16.0, metrics.ImageAuroc.Value!.Value, 12);
        Assert.InRange(metrics.ImageAuroc.Value.Value, metrics.ImageAuroc.Low!.Value, metrics.ImageAuroc.High!.Value);
        Assert.Equal(new MetricEstimate(0.981, null, null), metrics.PixelAuroc);
        Assert.Equal(new MetricEstimate(0.934, null, null), metrics.Aupro);
        Assert.Equal((new VerdictCounts(2, 1, 1), new VerdictCounts(1, 1, 2)), (metrics.Good, metrics.Defective));
        Assert.Equal(["scratch", "dent"], metrics.DefectTypes.Select(type => type.Type));
        Assert.Equal(new VerdictCounts(1, 1, 1), metrics.DefectTypes[0].Counts);
        Assert.Equal((made.Shots[3].Value, ShotStanding.Odd), (metrics.SupportShots![0].ImageId, metrics.SupportShots[0].Standing));
        Assert.All(metrics.SupportShots.Skip(1), shot => Assert.Equal(ShotStanding.Fits, shot.Standing));
    }

    [Fact]
    public async Task What_cannot_be_measured_is_null_and_an_older_model_has_no_scores_of_shots()
    {
        var (program, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(team, [("good/0", ImageLabel.Normal, null, 1)], shotScores: null, over: false);
        var metrics = await program.GetAsync<RestModelMetrics>($"models/{made.Model.Id.Value}/metrics");
        Assert.Equal(new MetricEstimate(null, null, null), metrics.ImageAuroc);
        Assert.Null(metrics.SupportShots);
        Assert.False(metrics.IsFinal);
        await AssertProblemAsync(await program.GetAsync($"models/{Guid.NewGuid()}/metrics"), HttpStatusCode.NotFound, "model.missing");
    }

    [Fact]
    public async Task A_shot_that_was_moved_into_the_test_set_and_scored_does_not_count()
    {
        var (program, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        Assert.True((await Get<ClassifyImages>().HandleAsync(team.Owner, new(made.Project, [made.Shots[0]], ImageSplit.Test, ImageLabel.Normal, null), Ct)).Succeeded);
        await using (var context = team.Open())
        {
            var image = await team.ImageAsync(made.Shots[0]);
            var map = Domain.Storage.BlobKey.For(team.Tenant, Domain.Storage.BlobKind.Map, new string('b', 64));
            context.Results.Add(Domain.Models.ScoredImage.Create(made.Model, image, 0.1, map, map, Host.Time.Now));
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal(4, (await program.GetAsync<RestModelMetrics>($"models/{made.Model.Id.Value}/metrics")).GoodImages);
    }

    [Fact]
    public async Task A_corrected_label_counts_at_once()
    {
        var (program, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        var falseAlarm = made.Images.Single(image => image.Name == "good/3").Id;
        Assert.True((await Get<ClassifyImages>().HandleAsync(team.Owner, new(made.Project, [falseAlarm], null, ImageLabel.Defective, "dent"), Ct)).Succeeded);
        var metrics = await program.GetAsync<RestModelMetrics>($"models/{made.Model.Id.Value}/metrics");
        Assert.Equal((3, 5), (metrics.GoodImages, metrics.DefectiveImages));
        Assert.Equal(0, metrics.Good.Defect);
        // 4 → 3, 3 → 3, 2.1 → 3, 1.2 → 2, 0.5 → 1.
        Assert.Equal(12 / 15.0, metrics.ImageAuroc.Value!.Value, 12);
    }

    [Fact]
    public async Task A_project_shows_its_published_model_or_the_one_that_is_named()
    {
        var (program, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(team, EvaluatedProject.Usual, EvaluatedProject.OddShot);
        var (later, _) = await team.ModelAsync(made.Project, await team.RunAsync(made.Project), []);
        var get = Get<GetEvaluation>();
        async Task<ModelId> Shown(ModelId? named = null) => (await get.HandleAsync(team.Owner, new(made.Project, named), Ct)).Value.Evaluated!.Model.Id;
        Assert.Equal(later.Id, await Shown());
        Assert.Equal(made.Model.Id, await Shown(made.Model.Id));
        await program.PostAsync($"models/{made.Model.Id.Value}:publish");
        Assert.Equal(made.Model.Id, await Shown());
        var other = await team.ProjectAsync();
        Assert.Equal("model.missing", (await get.HandleAsync(team.Owner, new(other, later.Id), Ct)).Error?.Code);
        Assert.Null((await get.HandleAsync(team.Owner, new(other), Ct)).Value.Evaluated);
    }

    [Fact]
    public async Task Results_are_listed_by_defect_type()
    {
        var (_, team) = await ProgramAsync();
        var made = await EvaluatedProject.CreateAsync(
            team, [.. EvaluatedProject.Usual, ("odd/0", ImageLabel.Defective, null, 0.3)], EvaluatedProject.OddShot);
        var list = Get<ListResults>();
        async Task<IEnumerable<string>> Names(string? type, Verdict? verdict = null) =>
            (await list.HandleAsync(team.Owner, new(made.Project, made.Model.Id, verdict, DefectType: type), Ct)).Value.Items.Select(item => item.Name);
        Assert.Equal(["scratch/0", "scratch/1", "scratch/2"], await Names("scratch"));
        Assert.Equal(["scratch/2"], await Names("scratch", Verdict.Normal));
        Assert.Equal(["odd/0"], await Names(""));
        Assert.Equal(10, (await Names(null)).Count());
    }
}
