using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>One run of a study.</summary>
public sealed record StudyRun(
    RunId Id, int Number, int Set, int Seed, RunStatus Status, double Progress, double? SecondsLeft, double ExpectedSeconds, bool CancelRequested,
    DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? FailureReason, EvaluationMetrics? Measured)
{
    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}

/// <summary>An image that is a shot of some set.</summary>
public sealed record StudyShot(ImageId Image, string Name, ImageSplit Split);

/// <summary>A study with its runs and what they say.</summary>
/// <param name="Runs">By set, then by seed.</param>
/// <param name="SecondsLeft">Null when it is over, or nobody can say.</param>
/// <param name="Place">Of the next of its runs; null unless all wait.</param>
/// <param name="Shots">The images of its sets that are still there.</param>
public sealed record StudyState(
    StabilityStudy Study, RunStatus Status, IReadOnlyList<StudyRun> Runs, StudyFigures Figures, double? SecondsLeft, QueuePlace? Place,
    IReadOnlyDictionary<ImageId, StudyShot> Shots)
{
    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    public int Done => Runs.Count(run => run.IsOver);

    public bool CancelRequested => !IsOver && Runs.Where(run => !run.IsOver).All(run => run.CancelRequested);

    /// <summary>Runs of studies that have not ended.</summary>
    public static IQueryable<TrainingRun> Unfinished(PortalDbContext context) => context.Runs.Where(r =>
        r.StudyId != null && (r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused));

    internal static async Task<IReadOnlyList<StudyState>> OfAsync(
        PortalDbContext context, RunQueueView queue, IReadOnlyList<StabilityStudy> studies, CancellationToken ct)
    {
        var ids = studies.Select(study => (StudyId?)study.Id).ToList();
        // Without snapshots, which name all images.
        var rows = await context.Runs.AsNoTracking()
            .Where(r => ids.Contains(r.StudyId))
            .Select(r => new
            {
                r.StudyId, r.Id, r.Number, r.StudySet, r.Recipe, r.Status, r.Progress, r.SecondsLeft, r.ExpectedSeconds, r.CancelRequested,
                r.StartedAt, r.EndedAt, r.FailureReason, r.Measured, r.QueuedAt,
            })
            .ToListAsync(ct);
        var images = studies.SelectMany(study => study.Design.Sets).SelectMany(set => set.Shots).Distinct().ToList();
        var shots = await context.Images.AsNoTracking().Where(i => images.Contains(i.Id)).Select(i => new StudyShot(i.Id, i.Name, i.Split)).ToDictionaryAsync(i => i.Image, ct);
        var runs = rows.ToLookup(row => row.StudyId, row => new StudyRun(
            row.Id, row.Number, row.StudySet ?? 0, row.Recipe.Seed, row.Status, row.Progress, row.SecondsLeft, row.ExpectedSeconds, row.CancelRequested,
            row.StartedAt, row.EndedAt, row.FailureReason, row.Measured));
        var next = rows.Where(row => row.Status == RunStatus.Queued).GroupBy(row => row.StudyId).ToDictionary(group => group.Key!.Value, group => group.MinBy(row => row.Number)!.Id);
        var places = await queue.PlacesAsync([.. next.Values], ct);
        return [.. studies.Select(study => Of(study, [.. runs[study.Id]], next.TryGetValue(study.Id, out var run) ? places.GetValueOrDefault(run) : null, shots))];
    }

    private static StudyState Of(StabilityStudy study, IReadOnlyList<StudyRun> runs, QueuePlace? next, Dictionary<ImageId, StudyShot> shots)
    {
        var seeds = study.Design.Seeds.ToList();
        List<StudyRun> ordered = [.. runs.OrderBy(run => run.Set).ThenBy(run => seeds.IndexOf(run.Seed))];
        var status = StabilityStudy.StatusOf([.. ordered.Select(run => run.Status)]);
        var figures = StudyFigures.Of([.. ordered.Select(run => new StudyCell(run.Set, run.Seed, run.Status == RunStatus.Succeeded ? run.Measured : null))]);
        var mine = study.Design.Sets.SelectMany(set => set.Shots).Distinct().Where(shots.ContainsKey).ToDictionary(id => id, id => shots[id]);
        return new StudyState(study, status, ordered, figures, Left(ordered), status == RunStatus.Queued ? next : null, mine);
    }

    /// <summary>What is left, by what the ended ones took, over as many workers as are at it now.</summary>
    private static double? Left(List<StudyRun> runs)
    {
        var open = runs.Where(run => !run.IsOver).ToList();
        if (open.Count == 0 || open.All(run => run.Status == RunStatus.Paused))
            return null;
        var took = runs.Where(run => run is { Status: RunStatus.Succeeded, StartedAt: not null, EndedAt: not null })
            .Select(run => (run.EndedAt!.Value - run.StartedAt!.Value).TotalSeconds).ToList();
        double? each = took.Count > 0 ? took.Average() : open[0].ExpectedSeconds > 0 ? open[0].ExpectedSeconds : null;
        return open.Sum(run => run.SecondsLeft ?? (each * (1 - run.Progress))) / Math.Max(1, open.Count(run => run.Status == RunStatus.Running));
    }
}
