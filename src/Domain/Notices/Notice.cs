using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Notices;

public enum NoticeKind
{
    ChallengerReady = 0,
    RunFailed = 1,
    DriftDetected = 2,

    /// <summary>Somebody asks for a second person before a version is published. Gone when it is decided or withdrawn.</summary>
    ApprovalAsked = 3,
    StudyEnded = 4,
    RegistrationReady = 5,
    RegistrationFailed = 6,

    /// <summary>A schedule was due and could start no run.</summary>
    ScheduleStuck = 7,
}

/// <summary>
/// Something that happened while nobody need have looked, for the people of a team to find. One row for all of them; who has read it is a row
/// of its own (<see cref="NoticeRead"/>) or follows from when they read all (<see cref="Membership.NoticesReadUntil"/>).
/// </summary>
public sealed class Notice : ITenantOwned
{
    public const int NameMaxLength = 200;
    public const int DetailMaxLength = ScheduleOutcome.TextMaxLength;

    private Notice() => Name = Detail = "";

    public TenantId TenantId { get; private set; }

    /// <summary>That of the request, the study or the registration model for what is told once of each.</summary>
    public NoticeId Id { get; private set; }

    public NoticeKind Kind { get; private set; }

    public DateTimeOffset At { get; private set; }

    /// <summary>Null for what belongs to no one project. A project that is deleted takes its notices along.</summary>
    public ProjectId? ProjectId { get; private set; }

    /// <summary>Where it leads: a model, run, study or registration model, by kind.</summary>
    public Guid Target { get; private set; }

    /// <summary>Of the schedule, the registration model, or who asked.</summary>
    public string Name { get; private set; }

    /// <summary>The version, or the number of the run.</summary>
    public int Number { get; private set; }

    /// <summary>What came out, in the words of the history.</summary>
    public string Detail { get; private set; }

    /// <summary>Who did it themselves: no news to them.</summary>
    public UserId? By { get; private set; }

    /// <summary>Kinds that only those who can do something about them are told of.</summary>
    public static IReadOnlyList<NoticeKind> ForEngineers { get; } =
        [NoticeKind.RunFailed, NoticeKind.ApprovalAsked, NoticeKind.RegistrationFailed, NoticeKind.ScheduleStuck];

    public static IReadOnlyList<NoticeKind> KindsFor(bool mayWrite) => [.. Enum.GetValues<NoticeKind>().Where(kind => mayWrite || !ForEngineers.Contains(kind))];

    public static Notice OfChallenger(Schedule schedule, ScheduleOutcome outcome, Guid model, int version, DateTimeOffset now) =>
        Create(schedule.TenantId, null, NoticeKind.ChallengerReady, now, schedule.ProjectId, model, schedule.Name, version, outcome.Result);

    public static Notice OfDrift(Schedule schedule, DriftFigures figures, DateTimeOffset now) => Create(
        schedule.TenantId, null, NoticeKind.DriftDetected, now, schedule.ProjectId, schedule.Id.Value, schedule.Name, 0,
        string.Create(CultureInfo.InvariantCulture, $"PSI {figures.Psi:0.00}, KS {figures.Ks:0.00}. A challenger is trained."));

    public static Notice OfStuck(Schedule schedule, string refusal, DateTimeOffset now) =>
        Create(schedule.TenantId, null, NoticeKind.ScheduleStuck, now, schedule.ProjectId, schedule.Id.Value, schedule.Name, 0, refusal);

    public static Notice OfFailure(TrainingRun run, DateTimeOffset now) => Create(
        run.TenantId, null, NoticeKind.RunFailed, now, run.ProjectId, run.Id.Value, "", run.Number, run.Cause is null ? run.FailureReason : $"{run.FailureReason} {run.Cause}.");

    public static Notice OfRequest(PublishRequest request, int version) => Create(
        request.TenantId, request.Id.Value, NoticeKind.ApprovalAsked, request.AskedAt, request.ProjectId, request.ModelId.Value, request.AskedByName, version, request.Comment, request.AskedBy);

    /// <param name="runs">How many of its runs ended how.</param>
    public static Notice OfStudy(StabilityStudy study, IReadOnlyCollection<RunStatus> runs, DateTimeOffset now) => Create(
        study.TenantId, study.Id.Value, NoticeKind.StudyEnded, now, study.ProjectId, study.Id.Value, "", study.ModelVersion,
        string.Create(CultureInfo.InvariantCulture, $"{runs.Count(run => run == RunStatus.Succeeded)} of {runs.Count} runs succeeded."));

    /// <param name="failure">Why it was not trained; null when it was.</param>
    public static Notice OfRegistration(RegistrationModel registration, string? failure, DateTimeOffset now) => Create(
        registration.TenantId, registration.Id.Value, registration.IsReady ? NoticeKind.RegistrationReady : NoticeKind.RegistrationFailed, now, null,
        registration.Id.Value, registration.Name, registration.Version, registration.IsReady ? null : failure);

    private static Notice Create(
        TenantId tenant, Guid? id, NoticeKind kind, DateTimeOffset at, ProjectId? project, Guid target, string name, int number, string? detail, UserId? by = null) => new()
    {
        TenantId = tenant,
        Id = new NoticeId(id ?? Guid.CreateVersion7(at)),
        Kind = kind,
        At = at,
        ProjectId = project,
        Target = target,
        Name = Cut(name, NameMaxLength),
        Number = number,
        Detail = Cut(detail ?? "", DetailMaxLength),
        By = by,
    };

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}

/// <summary>A person has read a notice. Goes with the notice.</summary>
public sealed class NoticeRead : ITenantOwned
{
    private NoticeRead()
    {
    }

    public TenantId TenantId { get; private set; }

    public UserId UserId { get; private set; }

    public NoticeId NoticeId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public static NoticeRead Of(Notice notice, UserId user, DateTimeOffset now) => new() { TenantId = notice.TenantId, UserId = user, NoticeId = notice.Id, At = now };
}

public sealed record NoticeNotFound()
    : Error(ErrorKind.NotFound, "notice.missing", "This notice does not exist any more, or it belongs to another team.");
