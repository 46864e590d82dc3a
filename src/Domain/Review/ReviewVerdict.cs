using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Review;

public enum ReviewDecision
{
    Normal,
    Defect,
    Unsure,
}

/// <summary>
/// What a person says of a scored image. Verdicts are only ever added: the newest of a result counts, the others are its history.
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

    public static Result<ReviewVerdict> Create(
        ScoredImage result, TrainedModel model, int sequence, ReviewDecision decision, string? defectType, string? comment, UserId by, DateTimeOffset now)
    {
        if (!Enum.IsDefined(decision))
            return new InvalidDecision();
        var type = string.IsNullOrWhiteSpace(defectType) ? null : defectType.Trim();
        if (type is { Length: > InspectionImage.DefectTypeMaxLength })
            return new InvalidDefectType();
        if (type is not null && decision != ReviewDecision.Defect)
            return new DefectTypeWithoutDefect();
        var text = string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();
        if (text is { Length: > CommentMaxLength })
            return new CommentTooLong();
        var said = model.Calibration.Judge(result.Score);
        if (text is null && Overrules(decision, said))
            return new CommentNeeded(said);
        var verdict = new ReviewVerdict
        {
            TenantId = result.TenantId,
            ResultId = result.Id,
            Sequence = sequence,
            Decision = decision,
            DefectType = type,
            Comment = text,
            ModelSaid = said,
            Score = result.Score,
            GivenBy = by,
            GivenAt = now,
        };
        verdict.Announce(HappeningKinds.ReviewDone, now, new ReviewDone(
            result.Id.Value, result.ProjectId.Value, result.ImageId.Value, decision, type, said, result.Score, model.Id.Value, model.Version));
        return verdict;
    }

    /// <summary>Only a clear judgement can be overruled: an uncertain image is what people are asked about.</summary>
    public static bool Overrules(ReviewDecision decision, Verdict said) =>
        (decision, said) is (ReviewDecision.Normal, Verdict.Defect) or (ReviewDecision.Defect, Verdict.Normal);
}

/// <summary>What is told of a verdict. The comment stays in the house.</summary>
public sealed record ReviewDone(
    Guid Result, Guid Project, Guid Image, ReviewDecision Decision, string? DefectType, Verdict ModelSaid, double Score, Guid Model, int ModelVersion);

public sealed record InvalidDecision()
    : Error(ErrorKind.Invalid, "verdict.decision", "A verdict is normal, defect or unsure.");

public sealed record DefectTypeWithoutDefect()
    : Error(ErrorKind.Invalid, "verdict.type", "Only the verdict defect has a defect type. Leave it away, or say defect.");

public sealed record CommentTooLong()
    : Error(ErrorKind.Invalid, "verdict.comment.long", $"A comment has at most {ReviewVerdict.CommentMaxLength} characters. Shorten it.");

public sealed record CommentNeeded(Verdict Said)
    : Error(ErrorKind.Invalid, "verdict.comment",
        $"The model says {Said.ToString().ToLowerInvariant()}: to overrule it, say why in a comment of 1 to {ReviewVerdict.CommentMaxLength} characters.");
