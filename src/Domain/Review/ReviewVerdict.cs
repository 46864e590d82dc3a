using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Review;

public enum ReviewDecision
{
    Normal,
    Defect,
    Unsure,
}

/// <summary>What a verdict was given as.</summary>
public enum ReviewPass
{
    /// <summary>By the first person to judge the result, who may give it anew while nobody has answered it.</summary>
    First,

    /// <summary>Blind: its giver was shown nothing of the first one.</summary>
    Second,

    /// <summary>Between two that differ, by somebody who saw both.</summary>
    Adjudication,

    /// <summary>On a result that somebody else had decided alone, with that verdict in view.</summary>
    Later,
}

/// <summary>What is said of a result, before the rules have looked at it.</summary>
/// <param name="ClientId">The sender's own id of this verdict: sent twice, it is taken once.</param>
public sealed record VerdictText(ReviewDecision Decision, string? DefectType = null, string? Comment = null, Guid? ClientId = null);

/// <summary>
/// What a person says of a scored image. Verdicts are only ever added, and taken back by a <see cref="VerdictWithdrawal"/>: the newest
/// one that stands counts, the others are the result's history.
/// </summary>
public sealed class ReviewVerdict : Announcer, ITenantOwned
{
    public const int CommentMaxLength = 2_000;

    private ReviewVerdict()
    {
    }

    public TenantId TenantId { get; private set; }

    public ResultId ResultId { get; private set; }

    /// <summary>Counts from 1 for its result.</summary>
    public int Sequence { get; private set; }

    public ReviewDecision Decision { get; private set; }

    public string? DefectType { get; private set; }

    public string? Comment { get; private set; }

    /// <summary>What the model said then: its line or the score may change later.</summary>
    public Verdict ModelSaid { get; private set; }

    public double Score { get; private set; }

    public UserId GivenBy { get; private set; }

    public DateTimeOffset GivenAt { get; private set; }

    public ReviewPass Pass { get; private set; }

    /// <summary>Reopening a result begins a new round: verdicts of the rounds before are history and count no more.</summary>
    public int Round { get; private set; }

    public Guid? ClientId { get; private set; }

    /// <summary>From the moment the giver had the image to the verdict; null where nobody had taken it from the queue.</summary>
    public double? Seconds { get; private set; }

    public static Result<ReviewVerdict> Create(ScoredImage result, TrainedModel model, int sequence, VerdictText text, UserId by, DateTimeOffset now)
    {
        var (decision, defectType, comment, _) = text;
        if (!Enum.IsDefined(decision))
            return new InvalidDecision();
        var type = string.IsNullOrWhiteSpace(defectType) ? null : defectType.Trim();
        if (type is { Length: > InspectionImage.DefectTypeMaxLength })
            return new InvalidDefectType();
        if (type is not null && decision != ReviewDecision.Defect)
            return new DefectTypeWithoutDefect();
        var remark = string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();
        if (remark is { Length: > CommentMaxLength })
            return new CommentTooLong();
        var said = model.Calibration.Judge(result.Score);
        if (remark is null && Overrules(decision, said))
            return new CommentNeeded(said);
        return new ReviewVerdict
        {
            TenantId = result.TenantId,
            ResultId = result.Id,
            Sequence = sequence,
            Decision = decision,
            DefectType = type,
            Comment = remark,
            ModelSaid = said,
            Score = result.Score,
            GivenBy = by,
            GivenAt = now,
            ClientId = text.ClientId,
        };
    }

    /// <summary>A verdict of a backup, as it was given there: the rules of today are for verdicts of today.</summary>
    /// <param name="by">A <see cref="RestoredReviewer"/>.</param>
    public static Result<ReviewVerdict> Restore(ScoredImage result, ArchiveVerdict verdict, UserId by)
    {
        if (verdict.Number < 1 || verdict.Round < 1 || !double.IsFinite(verdict.Score) || verdict.Seconds is { } seconds && !(seconds >= 0 && double.IsFinite(seconds)))
            return new ImpossibleReview();
        if (!Enum.IsDefined(verdict.Verdict) || !Enum.IsDefined(verdict.ModelSaid) || !Enum.IsDefined(verdict.Pass))
            return new ImpossibleReview();
        if (verdict.DefectType?.Length > InspectionImage.DefectTypeMaxLength || verdict.Comment?.Length > CommentMaxLength
            || (verdict.DefectType is not null && verdict.Verdict != ReviewDecision.Defect))
            return new ImpossibleReview();
        return new ReviewVerdict
        {
            TenantId = result.TenantId,
            ResultId = result.Id,
            Sequence = verdict.Number,
            Decision = verdict.Verdict,
            DefectType = verdict.DefectType,
            Comment = verdict.Comment,
            ModelSaid = verdict.ModelSaid,
            Score = verdict.Score,
            GivenBy = by,
            GivenAt = verdict.GivenAt,
            Pass = verdict.Pass,
            Round = verdict.Round,
            Seconds = verdict.Seconds,
        };
    }

    /// <summary>Its place in the review of the result; set once, by <see cref="ReviewItem.Take"/>.</summary>
    internal void Belong(ReviewPass pass, int round) => (Pass, Round) = (pass, round);

    /// <param name="begun">When its giver could begin to look.</param>
    public void Measure(DateTimeOffset begun) => Seconds = Math.Max(0, (GivenAt - begun).TotalSeconds);

    /// <summary>Tells others of it, once it is what the review of the result came to.</summary>
    public void Tell(ScoredImage result, TrainedModel model) => Announce(HappeningKinds.ReviewDone, GivenAt, new ReviewDone(
        ResultId.Value, result.ProjectId.Value, result.ImageId.Value, Decision, DefectType, ModelSaid, Score, model.Id.Value, model.Version));

    /// <summary>Only a clear judgement can be overruled: an uncertain image is what people are asked about.</summary>
    public static bool Overrules(ReviewDecision decision, Verdict said) =>
        (decision, said) is (ReviewDecision.Normal, Verdict.Defect) or (ReviewDecision.Defect, Verdict.Normal);
}

/// <summary>What is told of a verdict. The comment stays in the house.</summary>
public sealed record ReviewDone(
    Guid Result, Guid Project, Guid Image, ReviewDecision Decision, string? DefectType, Verdict ModelSaid, double Score, Guid Model, int ModelVersion);

public sealed record ImpossibleReview()
    : Error(ErrorKind.Invalid, "restore.review", "What the backup says of its review cannot be: a number, a word or a length is out of bounds.");

public sealed record InvalidDecision()
    : Error(ErrorKind.Invalid, "verdict.decision", "A verdict is normal, defect or unsure.");

public sealed record DefectTypeWithoutDefect()
    : Error(ErrorKind.Invalid, "verdict.type", "Only the verdict defect has a defect type. Leave it away, or say defect.");

public sealed record CommentTooLong()
    : Error(ErrorKind.Invalid, "verdict.comment.long", $"A comment has at most {ReviewVerdict.CommentMaxLength} characters. Shorten it.");

public sealed record CommentNeeded(Verdict Said)
    : Error(ErrorKind.Invalid, "verdict.comment",
        $"The model says {Said.ToString().ToLowerInvariant()}: to overrule it, say why in a comment of 1 to {ReviewVerdict.CommentMaxLength} characters.");
