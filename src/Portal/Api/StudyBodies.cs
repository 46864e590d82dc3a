using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Stability;

namespace FewShotAD.Portal.Api;

/// <summary>How a model's recipe fares with other shots and other seeds.</summary>
/// <param name="Model">Whose recipe; the published one when left out, the latest while none is.</param>
/// <param name="Sets">Support sets, 2 to 10; 5 when left out.</param>
/// <param name="Seeds">Of training, 1 to 5; 3 when left out.</param>
/// <param name="FromTest">Whether good test images may become shots; when left out, where the normal shots are fewer than two sets.</param>
/// <param name="DrawSeed">Of the draw of sets: the same images and the same seed give the same sets.</param>
public sealed record NewStudy(Guid? Model = null, int? Sets = null, int? Seeds = null, bool? FromTest = null, int? DrawSeed = null);

/// <param name="Set">Its number in the study.</param>
public sealed record StudyShots(int Set);

/// <param name="Model">Whose recipe.</param>
/// <param name="FromGood">Normal shots that sets are drawn from, and <paramref name="FromTest"/> good test images.</param>
/// <param name="SharedShots">Images that are in more than one set.</param>
/// <param name="Good">Good test images that every run scores, and <paramref name="Defective"/> ones. No set has any of them.</param>
/// <param name="RunSeconds">What one run is expected to take, <paramref name="Seconds"/> all of them one after the other; null when nobody can say.</param>
/// <param name="RunsAhead">Waiting runs that will start before the first one.</param>
public sealed record RestStudyPlan(
    Guid Model, int ModelVersion, int Sets, int Shots, int Seeds, int Runs, int FromGood, int FromTest, int SharedShots, int Good, int Defective,
    double RunSeconds, double Seconds, int RunsAhead, WaitReason WaitsFor)
{
    internal static RestStudyPlan Of(PlanStudy.Answer plan)
    {
        var (draw, design) = (plan.Draw, plan.Draw.Drawn.Design);
        return new RestStudyPlan(
            draw.Model.Id.Value, draw.Model.Version, design.Sets.Count, draw.Recipe.Shots, design.Seeds.Count, design.Runs, design.PoolGood, design.PoolTest,
            design.Shared, design.Good, design.Defective, plan.RunSeconds, plan.Seconds, plan.Place.Ahead, plan.Place.Reason);
    }
}

/// <param name="Run">Its log and losses are there like any run's.</param>
/// <param name="Metrics">Null until it has measured.</param>
public sealed record RestStudyRun(Guid Run, int Number, int Seed, RunStatus Status, double Progress, EvaluationMetrics? Metrics, string? FailureReason);

/// <param name="Shots">Images.</param>
/// <param name="ImageAuroc">Mean over its runs.</param>
public sealed record RestStudySet(int Number, IReadOnlyList<Guid> Shots, double? ImageAuroc, IReadOnlyList<RestStudyRun> Runs);

/// <param name="Low">Of the 95 % interval of the mean over sets and seeds.</param>
/// <param name="SetDeviation">How much another choice of shots moves it: one standard deviation. With one seed a set, of shots and seed together.</param>
/// <param name="SeedDeviation">How much another seed moves it; null with one seed.</param>
/// <param name="SetShare">The part of the variance that is between sets.</param>
public sealed record RestStudySpread(
    StudyMetric Metric, double Mean, double? Low, double? High, double? SetDeviation, double? SeedDeviation, double? SetShare, int Runs);

/// <param name="Status">Of its runs together: failed when one of them is, though the others count.</param>
/// <param name="SecondsLeft">Null when it is over or nobody can say.</param>
/// <param name="Mixed">Test images or labels were changed while it ran: its runs cannot be compared.</param>
/// <param name="Spreads">Of what is measured so far.</param>
/// <param name="BestSet">By mean image AUROC on these test images; null unless two sets have one. <paramref name="WorstSet"/> is the lowest.</param>
public sealed record RestStudy(
    Guid Id, Guid ProjectId, Guid ModelId, int ModelVersion, RunStatus Status, bool CancelRequested, int Done, int Runs, double? SecondsLeft, int DrawSeed,
    int FromGood, int FromTest, int SharedShots, int Good, int Defective, bool Mixed, IReadOnlyList<RestStudySpread> Spreads, int? BestSet, int? WorstSet,
    IReadOnlyList<RestStudySet> Sets, TrainingRecipe Recipe, DateTimeOffset StartedAt, Guid StartedBy)
{
    internal static RestStudy Of(StudyState state)
    {
        var (study, design, figures) = (state.Study, state.Study.Design, state.Figures);
        return new RestStudy(
            study.Id.Value, study.ProjectId.Value, study.ModelId.Value, study.ModelVersion, state.Status, state.CancelRequested, state.Done, state.Runs.Count,
            state.SecondsLeft, design.DrawSeed, design.PoolGood, design.PoolTest, design.Shared, design.Good, design.Defective, figures.Mixed,
            [.. figures.Spreads.Select(spread => Spread(spread.Key, spread.Value))], figures.Best?.Set, figures.Worst?.Set,
            [
                .. design.Sets.Select(set => new RestStudySet(
                    set.Number, [.. set.Shots.Select(shot => shot.Value)], figures.Sets.FirstOrDefault(f => f.Set == set.Number)?.Mean(StudyMetric.ImageAuroc),
                    [.. state.Runs.Where(run => run.Set == set.Number).Select(run => new RestStudyRun(run.Id.Value, run.Number, run.Seed, run.Status, run.Progress, run.Measured, run.FailureReason))])),
            ],
            study.Recipe, study.StartedAt, study.StartedBy.Value);
    }

    private static RestStudySpread Spread(StudyMetric metric, SupportSpread spread) => new(
        metric, spread.Mean, spread.Interval?.Low, spread.Interval?.High, spread.SetDeviation, spread.SeedDeviation, spread.SetShare, spread.Cells);
}
