using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Stability;

/// <summary>
/// How much a model's quality depends on which shots it learns from and on the seed: one recipe, several support sets × several seeds, all
/// measured on the same test images. Each cell is a run in the queue; how far the study is follows from them, and is kept nowhere else.
/// </summary>
public sealed class StabilityStudy : ITenantOwned
{
    private StabilityStudy()
    {
        Recipe = null!;
        Design = null!;
    }

    public TenantId TenantId { get; private set; }

    public StudyId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    /// <summary>Whose recipe it is. The model may be gone by now.</summary>
    public ModelId ModelId { get; private set; }

    public int ModelVersion { get; private set; }

    /// <summary>The model's; seeds are the cells' own.</summary>
    public TrainingRecipe Recipe { get; private set; }

    public StudyDesign Design { get; private set; }

    public UserId StartedBy { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>The Idempotency-Key that it was started with, unique in the team; null for none.</summary>
    public string? StartKey { get; private set; }

    /// <summary>SHA-256 of what was asked for with the key.</summary>
    public string? StartHash { get; private set; }

    public static StabilityStudy Create(TrainedModel model, TrainingRecipe recipe, StudyDesign design, UserId by, DateTimeOffset now) => new()
    {
        TenantId = model.TenantId,
        Id = new StudyId(Guid.CreateVersion7(now)),
        ProjectId = model.ProjectId,
        ModelId = model.Id,
        ModelVersion = model.Version,
        Recipe = recipe,
        Design = design,
        StartedBy = by,
        StartedAt = now,
    };

    /// <summary>Who brings the key again gets this study again.</summary>
    public void Remember(string key, string hash) => (StartKey, StartHash) = (key, hash);

    /// <summary>The recipe of a cell.</summary>
    /// <param name="seed">One of the design's.</param>
    public TrainingRecipe RecipeOf(int seed) => Recipe with { Seed = seed };

    /// <summary>What a study is whose runs are these.</summary>
    public static RunStatus StatusOf(IReadOnlyCollection<RunStatus> runs)
    {
        if (runs.Count > 0 && runs.All(run => run == RunStatus.Queued))
            return RunStatus.Queued;
        if (runs.Any(run => run is RunStatus.Queued or RunStatus.Running or RunStatus.Paused))
            return RunStatus.Running;
        if (runs.Contains(RunStatus.Failed))
            return RunStatus.Failed;
        return runs.Contains(RunStatus.Cancelled) ? RunStatus.Cancelled : RunStatus.Succeeded;
    }
}

public sealed record StudyNotFound()
    : Error(ErrorKind.NotFound, "study.missing", "This stability study does not exist, or it belongs to another team.");

public sealed record StudyUnderWay()
    : Error(ErrorKind.Conflict, "study.busy", "A stability study of this project is under way. Wait until it is over, or cancel it first.");

public sealed record StudyIsOver(RunStatus Status)
    : Error(ErrorKind.Conflict, "study.over", $"The stability study is {Status.ToString().ToLowerInvariant()} already; only one that waits or runs can be cancelled.");

public sealed record StudyNotOver()
    : Error(ErrorKind.Conflict, "study.active", "The stability study has not ended. Cancel it first, then delete it.");

public sealed record InvalidStudySize()
    : Error(ErrorKind.Invalid, "study.size",
        $"A stability study has {StudyDesign.MinSets} to {StudyDesign.MaxSets} support sets and 1 to {StudyDesign.MaxSeeds} seeds.");

public sealed record TooFewToDraw(int Shots, int Sets, int Have, int GoodTest)
    : Error(ErrorKind.Conflict, "study.draw",
        $"{Sets} different sets of {Shots} shots cannot be drawn from {Have} good images. {(GoodTest > 1 ? $"Draw from the {GoodTest} good test images too, or upload" : "Upload")} more good images.");

public sealed record TooFewToScore(int Good, int Defective)
    : Error(ErrorKind.Conflict, "study.test",
        $"Besides the shots there must be at least {StudyDesign.LeastOfAClass} good and {StudyDesign.LeastOfAClass} defective labelled test images; there would be {Good} and {Defective}. Label or upload more.");

public sealed record NoSuchStudySet(int Number)
    : Error(ErrorKind.Invalid, "study.set", $"The stability study has no support set {Number}.");
