using FewShotAD.Domain.Notices;
using FewShotAD.Portal.Shared;
using MudBlazor;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>A notice for people: what it says, where it leads, how it looks.</summary>
internal static class NoticeText
{
    public static string Title(Notice notice, string? project) => notice.Kind switch
    {
        NoticeKind.ChallengerReady => NoticesTexts.ChallengerReady.With(notice.Number, project),
        NoticeKind.RunFailed => NoticesTexts.RunFailed.With(notice.Number, project),
        NoticeKind.DriftDetected => NoticesTexts.ScoresHaveDrifted.With(project),
        NoticeKind.ApprovalAsked => NoticesTexts.AsksToPublish.With(notice.Name, notice.Number, project),
        NoticeKind.StudyEnded => NoticesTexts.StudyEnded.With(notice.Number, project),
        NoticeKind.RegistrationReady => NoticesTexts.RegistrationReady.With(notice.Name, notice.Number),
        NoticeKind.RegistrationFailed => NoticesTexts.RegistrationFailed.With(notice.Name, notice.Number),
        _ => NoticesTexts.ScheduleStuck.With(notice.Name, project),
    };

    /// <summary>The page on which something can be done about it.</summary>
    public static string Link(Notice notice)
    {
        var home = $"/projects/{notice.ProjectId}";
        return notice.Kind switch
        {
            NoticeKind.ChallengerReady => $"{home}/compare?second={notice.Target}",
            NoticeKind.RunFailed => $"{home}/runs/{notice.Target:N}",
            NoticeKind.ApprovalAsked => $"{home}/models",
            NoticeKind.StudyEnded => $"{home}/evaluation",
            NoticeKind.RegistrationReady or NoticeKind.RegistrationFailed => $"/registrations/{notice.Target:N}",
            _ => $"{home}/schedules",
        };
    }

    public static (string Icon, string Class) Look(NoticeKind kind) => kind switch
    {
        NoticeKind.ChallengerReady => (Icons.Material.Outlined.CompareArrows, "ok"),
        NoticeKind.RunFailed or NoticeKind.RegistrationFailed => (Icons.Material.Outlined.ErrorOutline, "error"),
        NoticeKind.DriftDetected => (Icons.Material.Outlined.TrendingUp, "uncertain"),
        NoticeKind.ApprovalAsked => (Icons.Material.Outlined.HowToReg, "accent"),
        NoticeKind.StudyEnded => (Icons.Material.Outlined.Science, "ok"),
        NoticeKind.RegistrationReady => (Icons.Material.Outlined.Hub, "ok"),
        _ => (Icons.Material.Outlined.EventBusy, "uncertain"),
    };
}
