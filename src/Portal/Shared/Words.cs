using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Shared;

/// <summary>What people call the states and choices of the domain: as a heading or button (<c>Of</c>), and within a sentence (<c>Within</c>).</summary>
public static class Words
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.Defect => SharedTexts.Defect,
        Verdict.Uncertain => SharedTexts.Uncertain,
        _ => SharedTexts.Normal,
    };

    public static string Within(Verdict verdict) => verdict switch
    {
        Verdict.Defect => SharedTexts.DefectInText,
        Verdict.Uncertain => SharedTexts.UncertainInText,
        _ => SharedTexts.NormalInText,
    };

    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Queued => SharedTexts.Queued,
        RunStatus.Paused => SharedTexts.Paused,
        RunStatus.Running => SharedTexts.Running,
        RunStatus.Succeeded => SharedTexts.Succeeded,
        RunStatus.Failed => SharedTexts.Failed,
        _ => SharedTexts.Cancelled,
    };

    public static string Of(TeamRole role) => role switch
    {
        TeamRole.Viewer => SharedTexts.Viewer,
        TeamRole.Reviewer => SharedTexts.Reviewer,
        TeamRole.Engineer => SharedTexts.Engineer,
        _ => SharedTexts.Owner,
    };

    public static string Of(ReviewDecision decision) => decision switch
    {
        ReviewDecision.Defect => SharedTexts.Defect,
        ReviewDecision.Unsure => SharedTexts.Unsure,
        _ => SharedTexts.Normal,
    };

    /// <summary>One scope of an API key.</summary>
    public static string Of(TeamPermissions scope) => scope switch
    {
        TeamPermissions.Read => SharedTexts.Read,
        TeamPermissions.Review => SharedTexts.Review,
        TeamPermissions.Score => SharedTexts.Score,
        _ => SharedTexts.Write,
    };

    public static string Within(RunPriority priority) => priority switch
    {
        RunPriority.High => SharedTexts.High,
        RunPriority.Low => SharedTexts.Low,
        _ => SharedTexts.NormalInText,
    };

    public static string Within(TrainingPreset preset) => preset switch
    {
        TrainingPreset.Quick => SharedTexts.Quick,
        _ => SharedTexts.Full,
    };
}
