using System.Globalization;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Where a run stands and why it waits, in the user's terms.</summary>
public static class QueueText
{
    public static string Why(QueuePlace? place, int runsPerTeam) => place switch
    {
        null => "Waits for a worker.",
        { Reason: WaitReason.NoWorker } => "No worker is alive: the run starts as soon as one is. Tell your administrator if this lasts.",
        { Reason: WaitReason.TeamLimit } => $"Your team has {Runs(runsPerTeam)} at a time; {(place.Ahead == 0 ? "this one is next" : Jobs(place.Ahead))}.",
        { Reason: WaitReason.RunsAhead } => $"{Jobs(place.Ahead)}.",
        { Reason: WaitReason.WorkersBusy } => "Next in the queue; the worker is busy.",
        _ => "Next in the queue; starts in a moment.",
    };

    /// <summary>In few words, for a table.</summary>
    public static string Brief(QueuePlace place) => place switch
    {
        { Reason: WaitReason.NoWorker } => "no worker",
        { Ahead: > 0 } => $"{place.Ahead} ahead",
        _ => "next",
    };

    /// <summary>“about 12 min”; null when nobody can say.</summary>
    public static string? In(TimeSpan? startsIn) => startsIn switch
    {
        null => null,
        { TotalSeconds: < 45 } => "less than a minute",
        { TotalMinutes: < 90 } => $"about {Math.Ceiling(startsIn.Value.TotalMinutes).ToString("0", CultureInfo.InvariantCulture)} min",
        { TotalHours: < 48 } => $"about {Math.Round(startsIn.Value.TotalHours).ToString("0", CultureInfo.InvariantCulture)} h",
        _ => $"about {Math.Round(startsIn.Value.TotalDays).ToString("0", CultureInfo.InvariantCulture)} days",
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
        var (moment, by) = (named.Moment, named.By is { } name ? $" by {name}" : "");
        var from = moment.Epoch > 0 ? $" from epoch {moment.Epoch}" : "";
        var at = moment.Epoch > 0 ? $" at epoch {moment.Epoch}" : "";
        return moment.Kind switch
        {
            RunMomentKind.Queued => $"Queued{by}",
            RunMomentKind.Started => moment.Attempt == 1 ? "Started" : $"Attempt {moment.Attempt} started{from}",
            RunMomentKind.PauseRequested => $"Pause asked for{by}",
            RunMomentKind.Paused => $"Paused{by}{at}",
            RunMomentKind.CancelRequested => $"Cancel asked for{by}",
            RunMomentKind.Cancelled => $"Cancelled{by}{at}",
            RunMomentKind.Failed => $"Failed{at}",
            RunMomentKind.Requeued => $"Waits again{at}",
            RunMomentKind.Resumed => $"Resumed{by}{from}",
            RunMomentKind.Succeeded => "Succeeded",
            _ => moment.Kind.ToString(),
        };
    }

    private static string Jobs(int ahead) => ahead == 1 ? "1 job ahead of yours" : $"{ahead} jobs ahead of yours";

    private static string Runs(int count) => count == 1 ? "1 run" : $"{count} runs";
}
