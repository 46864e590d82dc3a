using FewShotAD.Domain.Common;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Scheduling;

public enum ScheduleTrigger
{
    /// <summary>At times, in the team's time zone.</summary>
    Cron,

    /// <summary>After so many newly verified images.</summary>
    Verified,

    /// <summary>When scores have moved away from the reference window.</summary>
    Drift,
}

/// <summary>When a schedule is due. Only what belongs to the trigger is looked at.</summary>
/// <param name="MinSample">Scores that each of the two windows needs.</param>
public sealed record ScheduleRule(
    ScheduleTrigger Trigger, string? Cron = null, int VerifiedImages = 50, double MaxPsi = 0.25, double MaxKs = 0.2, int MinSample = 50)
{
    public Result Validate(DateTimeOffset now) => Trigger switch
    {
        ScheduleTrigger.Cron => CronClock.Check(Cron, now),
        ScheduleTrigger.Verified => VerifiedImages is < 1 or > 100_000 ? new InvalidVerifiedImages() : Result.Ok,
        ScheduleTrigger.Drift => MaxPsi is not (> 0 and <= 10) || MaxKs is not (> 0 and <= 1) || MinSample is < 20 or > 10_000 ? new InvalidDriftRule() : Result.Ok,
        _ => new UnknownTrigger(),
    };
}

/// <summary>
/// Makes challenger runs of a project by itself; it never publishes one. An occurrence that comes while its last run is still under way is
/// skipped with a reason, and those that were missed while the portal was down are made up by one run.
/// </summary>
public sealed class Schedule : Announcer, ITenantOwned
{
    public const int NameMaxLength = 80;
    public const int MostPerProject = 20;

    private Schedule()
    {
        Name = "";
        Rule = null!;
        Recipe = null!;
    }

    public TenantId TenantId { get; private set; }

    public ScheduleId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public string Name { get; private set; }

    public ScheduleRule Rule { get; private set; }

    public ScheduleTrigger Trigger { get; private set; }

    public TrainingRecipe Recipe { get; private set; }

    public bool Active { get; private set; }

    /// <summary>Of a cron schedule that is active; null otherwise.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    /// <summary>From when on verified images and scores count as new.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>Counts from 1; the audit trail says who changed what to make each.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>How many outcomes there are.</summary>
    public int Outcomes { get; private set; }

    public UserId CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public Guid ConcurrencyStamp { get; private set; }

    public static Result<Schedule> Create(
        Project project, string? name, ScheduleRule rule, TrainingRecipe recipe, TimeZoneInfo zone, UserId by, DateTimeOffset now)
    {
        var schedule = new Schedule
        {
            TenantId = project.TenantId,
            Id = new ScheduleId(Guid.CreateVersion7(now)),
            ProjectId = project.Id,
            Active = true,
            CreatedBy = by,
            CreatedAt = now,
        };
        if (Check(name, rule, recipe, now) is { Succeeded: false } wrong)
            return wrong.Error;
        (schedule.Name, schedule.Recipe) = (name!.Trim(), recipe);
        schedule.Follow(rule, zone, now);
        return schedule;
    }

    /// <summary>What is due by a new rule is counted from now; a new name or recipe leaves what is due as it is.</summary>
    public Result Change(string? name, ScheduleRule rule, TrainingRecipe recipe, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (Check(name, rule, recipe, now) is { Succeeded: false } wrong)
            return wrong;
        var trimmed = name!.Trim();
        if (trimmed == Name && rule == Rule && recipe == Recipe)
            return Result.Ok;
        (Name, Recipe) = (trimmed, recipe);
        Version++;
        if (rule != Rule)
            Follow(rule, zone, now);
        Changed();
        return Result.Ok;
    }

    public void Pause()
    {
        (Active, NextAt) = (false, null);
        Changed();
    }

    /// <summary>What would have been due in the pause is not made up: it was meant not to be.</summary>
    public void Resume(TimeZoneInfo zone, DateTimeOffset now)
    {
        (Active, Since) = (true, now);
        Plan(zone, now);
    }

    /// <summary>The team's time zone is another one.</summary>
    public void Plan(TimeZoneInfo zone, DateTimeOffset now)
    {
        NextAt = Active && Trigger == ScheduleTrigger.Cron ? CronClock.Next(Rule.Cron!, zone, now) : null;
        Changed();
    }

    /// <summary>The occurrences up to now, of which the newest one is made and the others are named as missed.</summary>
    public IReadOnlyList<DateTimeOffset> DueUpTo(TimeZoneInfo zone, DateTimeOffset now)
    {
        var due = new List<DateTimeOffset>();
        for (var next = Active ? NextAt : null; next is { } at && at <= now; next = CronClock.Next(Rule.Cron!, zone, at))
            due.Add(at);
        return due;
    }

    /// <summary>Writes down that it was due, and goes on to the next time.</summary>
    public ScheduleOutcome Occur(DateTimeOffset dueAt, string why, TrainingRun? run, string? result, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (run is not null)
            Since = now;
        Plan(zone, now);
        return ScheduleOutcome.Of(this, ++Outcomes, dueAt, why, run, result, now);
    }

    /// <summary>One of its outcomes has changed.</summary>
    public void Touch() => Changed();

    public void TellDrift(DriftFigures figures, DateTimeOffset now)
    {
        Announce(HappeningKinds.DriftDetected, now, new DriftDetected(Id.Value, ProjectId.Value, Name, figures.Psi, figures.Ks));
        Notify(Notice.OfDrift(this, figures, now));
    }

    public void TellChallenger(ScheduleOutcome outcome, Guid model, int version, DateTimeOffset now)
    {
        Announce(HappeningKinds.ChallengerReady, now, new ChallengerReady(Id.Value, ProjectId.Value, outcome.RunId!.Value.Value, model, version, outcome.Why, outcome.Result ?? ""));
        Notify(Notice.OfChallenger(this, outcome, model, version, now));
    }

    /// <summary>It was due, and something keeps it from starting a run that will not go away by itself.</summary>
    public void TellStuck(string refusal, DateTimeOffset now) => Notify(Notice.OfStuck(this, refusal, now));

    private static Result Check(string? name, ScheduleRule rule, TrainingRecipe recipe, DateTimeOffset now)
    {
        if ((name?.Trim() ?? "").Length is 0 or > NameMaxLength)
            return new InvalidScheduleName();
        var valid = rule.Validate(now);
        return valid.Succeeded ? recipe.Validate() : valid;
    }

    private void Follow(ScheduleRule rule, TimeZoneInfo zone, DateTimeOffset now)
    {
        (Rule, Trigger, Since) = (rule, rule.Trigger, now);
        Plan(zone, now);
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}

/// <summary>What became of an occurrence: a run and what came out of it, or why there was none.</summary>
public sealed class ScheduleOutcome : ITenantOwned
{
    public const int TextMaxLength = 500;

    private ScheduleOutcome() => Why = "";

    public TenantId TenantId { get; private set; }

    public ScheduleId ScheduleId { get; private set; }

    /// <summary>Counts from 1 in its schedule.</summary>
    public int Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public DateTimeOffset DueAt { get; private set; }

    public string Why { get; private set; }

    /// <summary>Null when no run was started.</summary>
    public RunId? RunId { get; private set; }

    /// <summary>What came out; null while its run is under way.</summary>
    public string? Result { get; private set; }

    internal static ScheduleOutcome Of(Schedule schedule, int sequence, DateTimeOffset dueAt, string why, TrainingRun? run, string? result, DateTimeOffset now) => new()
    {
        TenantId = schedule.TenantId,
        ScheduleId = schedule.Id,
        Sequence = sequence,
        At = now,
        DueAt = dueAt,
        Why = Cut(why),
        RunId = run?.Id,
        Result = result is null ? null : Cut(result),
    };

    public void Finish(string result) => Result = Cut(result);

    private static string Cut(string text) => text.Length <= TextMaxLength ? text : text[..TextMaxLength];
}

public sealed record DriftDetected(Guid Schedule, Guid Project, string Name, double Psi, double Ks);

public sealed record ChallengerReady(Guid Schedule, Guid Project, Guid Run, Guid Model, int ModelVersion, string Why, string Result);

public sealed record ScheduleNotFound()
    : Error(ErrorKind.NotFound, "schedule.missing", "This schedule does not exist, or it belongs to another team.");

public sealed record InvalidScheduleName()
    : Error(ErrorKind.Invalid, "schedule.name", $"The name of a schedule has 1 to {Schedule.NameMaxLength} characters.");

public sealed record InvalidVerifiedImages()
    : Error(ErrorKind.Invalid, "schedule.verified", "The number of newly verified images goes from 1 to 100000.");

public sealed record InvalidDriftRule()
    : Error(ErrorKind.Invalid, "schedule.drift", "The limit of PSI is above 0 and at most 10, that of KS above 0 and at most 1, and each window has 20 to 10000 scores.");

public sealed record UnknownTrigger()
    : Error(ErrorKind.Invalid, "schedule.trigger", "A schedule goes by cron, verified or drift.");

public sealed record ScheduleChanged()
    : Error(ErrorKind.Stale, "schedule.changed", "The schedule is not as you saw it any more. Read it again, then decide again.");

public sealed record TooManySchedules()
    : Error(ErrorKind.TooMany, "schedule.many", $"A project has at most {Schedule.MostPerProject} schedules. Delete one that is not needed.");
