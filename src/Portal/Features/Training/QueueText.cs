using System.Globalization;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Where a run stands and why it waits, in the user's terms.</summary>
public static class QueueText
{
    public static string Why(QueuePlace? place, int runsPerTeam) => place switch
    {
        null => TrainingTexts.WaitsForAWorker,
        { Reason: WaitReason.NoWorker } => TrainingTexts.NoWorkerIsAliveTheRunStarts,
        { Reason: WaitReason.TeamLimit } => TrainingTexts.YourTeamHasAtATime.With(Runs(runsPerTeam), (place.Ahead == 0 ? TrainingTexts.ThisOneIsNext : Jobs(place.Ahead))),
        { Reason: WaitReason.RunsAhead } => $"{Jobs(place.Ahead)}.",
        { Reason: WaitReason.WorkersBusy } => TrainingTexts.NextInTheQueueTheWorkerIs,
        _ => TrainingTexts.NextInTheQueueStartsInA,
    };

    /// <summary>In few words, for a table.</summary>
    public static string Brief(QueuePlace place) => place switch
    {
        { Reason: WaitReason.NoWorker } => TrainingTexts.NoWorker,
        { Ahead: > 0 } => TrainingTexts.Ahead.With(place.Ahead),
        _ => TrainingTexts.Next,
    };

    /// <summary>“about 12 min”; null when nobody can say.</summary>
    public static string? In(TimeSpan? startsIn) => startsIn switch
    {
        null => null,
        { TotalSeconds: < 45 } => TrainingTexts.LessThanAMinute,
        { TotalMinutes: < 90 } => TrainingTexts.AboutMin.With(Math.Ceiling(startsIn.Value.TotalMinutes).ToString("0", CultureInfo.InvariantCulture)),
        { TotalHours: < 48 } => TrainingTexts.AboutH.With(Math.Round(startsIn.Value.TotalHours).ToString("0", CultureInfo.InvariantCulture)),
        _ => TrainingTexts.AboutDays.With(Math.Round(startsIn.Value.TotalDays).ToString("0", CultureInfo.InvariantCulture)),
    };

    /// <summary>To the next minute: a guess that names seconds claims too much.</summary>
    public static DateTimeOffset? At(QueuePlace? place, DateTimeOffset now)
    {
        if (place?.StartsIn is not { } wait)
            return null;
        var ticks = (now + wait).UtcTicks;
        return new DateTimeOffset(ticks + ((TimeSpan.TicksPerMinute - (ticks % TimeSpan.TicksPerMinute)) % TimeSpan.TicksPerMinute), TimeSpan.Zero);
    }

    public static string Happened(NamedMoment named)
    {
        var (moment, by) = (named.Moment, named.By is { } name ? TrainingTexts.By.With(name) : "");
        var from = moment.Epoch > 0 ? TrainingTexts.FromEpoch.With(moment.Epoch) : "";
        var at = moment.Epoch > 0 ? TrainingTexts.AtEpoch.With(moment.Epoch) : "";
        return moment.Kind switch
        {
            RunMomentKind.Queued => TrainingTexts.Queued.With(by),
            RunMomentKind.Started => moment.Attempt == 1 ? TrainingTexts.Started : TrainingTexts.AttemptStarted.With(moment.Attempt, from),
            RunMomentKind.PauseRequested => TrainingTexts.PauseAskedFor.With(by),
            RunMomentKind.Paused => TrainingTexts.Paused.With(by, at),
            RunMomentKind.CancelRequested => TrainingTexts.CancelAskedFor.With(by),
            RunMomentKind.Cancelled => TrainingTexts.Cancelled.With(by, at),
            RunMomentKind.Failed => TrainingTexts.Failed.With(at),
            RunMomentKind.Requeued => TrainingTexts.WaitsAgain.With(at),
            RunMomentKind.Resumed => TrainingTexts.Resumed.With(by, from),
            RunMomentKind.Succeeded => SharedTexts.Succeeded,
            _ => moment.Kind.ToString(),
        };
    }

    private static string Jobs(int ahead) => Plural.Of(ahead, TrainingTexts.JobAheadOfYours, TrainingTexts.JobsAheadOfYours);

    private static string Runs(int count) => Plural.Of(count, TrainingTexts.Run, TrainingTexts.Runs);
}
