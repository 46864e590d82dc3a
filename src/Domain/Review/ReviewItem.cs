using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;

namespace FewShotAD.Domain.Review;

public enum ReviewState
{
    Open,

    /// <summary>One person has judged it; another one is to, without seeing that.</summary>
    SecondDue,

    /// <summary>The two differ.</summary>
    Conflict,
    Decided,
}

/// <summary>Who wants to judge.</summary>
/// <param name="MayAdjudicate">An engineer or owner who gave neither verdict, or an owner where the team has no such person.</param>
public sealed record Reviewer(UserId User, bool MayAdjudicate);

/// <summary>
/// How far the review of one result has come. There is none for a result that nobody has touched: that one is open. Every write of
/// a verdict passes through it and changes its stamp, so that of two at once the second one looks again at what is there then.
/// </summary>
public sealed class ReviewItem : ITenantOwned
{
    public const int ReasonMaxLength = 500;

    private ReviewItem()
    {
    }

    public TenantId TenantId { get; private set; }

    public ResultId ResultId { get; private set; }

    public ModelId ModelId { get; private set; }

    public ReviewState State { get; private set; }

    /// <summary>Counts from 1; the next one begins when a result is reopened.</summary>
    public int Round { get; private set; }

    /// <summary>Who gave the first verdict of the round. Not told to anybody else while the second one is due.</summary>
    public UserId? FirstBy { get; private set; }

    public UserId? SecondBy { get; private set; }

    /// <summary>What the review came to; null until it has.</summary>
    public ReviewDecision? Decision { get; private set; }

    public string? DefectType { get; private set; }

    /// <summary>Offered to this person only.</summary>
    public UserId? AssignedTo { get; private set; }

    public UserId? AcceptedBy { get; private set; }

    public DateTimeOffset? AcceptedAt { get; private set; }

    /// <summary>Why it was reopened last.</summary>
    public string? ReopenReason { get; private set; }

    public Guid ConcurrencyStamp { get; private set; }

    /// <summary>Two people have judged it, or somebody between them: it is more than one person's word.</summary>
    public bool IsSettled => State == ReviewState.Decided && SecondBy is not null;

    public static ReviewItem Open(ScoredImage result) => new()
    {
        TenantId = result.TenantId,
        ResultId = result.Id,
        ModelId = result.ModelId,
        State = ReviewState.Open,
        Round = 1,
        ConcurrencyStamp = Guid.NewGuid(),
    };

    /// <summary>The review of a backup, as far as it had come there.</summary>
    /// <param name="person">Whom an author of the backup is here.</param>
    public static Result<ReviewItem> Restore(ScoredImage result, ArchiveReviewItem item, Func<ArchivePerson, UserId> person)
    {
        var isDecided = item.State == ReviewState.Decided;
        if (!Enum.IsDefined(item.State) || item.State == ReviewState.SecondDue || item.Round < 1 || isDecided != item.Decision is not null
            || (item.Decision is { } decision && !Enum.IsDefined(decision)) || (item.AcceptedAt is not null && (!isDecided || item.Accepted is null))
            || item.DefectType?.Length > Images.InspectionImage.DefectTypeMaxLength || item.ReopenReason?.Length > ReasonMaxLength)
            return new ImpossibleReview();
        var made = Open(result);
        (made.State, made.Round, made.Decision, made.DefectType) = (item.State, item.Round, item.Decision, item.DefectType);
        (made.FirstBy, made.SecondBy) = (item.First is { } first ? person(first) : null, item.Second is { } second ? person(second) : null);
        if (item is { AcceptedAt: { } at, Accepted: { } by })
            (made.AcceptedBy, made.AcceptedAt) = (person(by), at);
        made.ReopenReason = item.ReopenReason;
        return made;
    }

    /// <summary>Takes a verdict in: what it is given as follows from those that stand before it.</summary>
    /// <param name="standing">The verdicts of the round that were not taken back, oldest first.</param>
    /// <param name="secondNeeded">Whether the project wants a second person for this result.</param>
    public Result Take(ReviewVerdict verdict, IReadOnlyList<ReviewVerdict> standing, Reviewer by, bool secondNeeded)
    {
        if (AcceptedAt is not null)
            return new ResultAccepted();
        if (IsSettled)
            return new ReviewIsSettled();
        if (State == ReviewState.Conflict && !by.MayAdjudicate)
            return new OthersAdjudicate();
        var pass = State switch
        {
            ReviewState.Conflict => ReviewPass.Adjudication,
            ReviewState.SecondDue when FirstBy != by.User => ReviewPass.Second,
            ReviewState.Decided when FirstBy != by.User => ReviewPass.Later,
            _ => ReviewPass.First,
        };
        verdict.Belong(pass, Round);
        Settle([.. standing, verdict], secondNeeded);
        return Result.Ok;
    }

    /// <summary>Takes a person's newest verdict back.</summary>
    /// <returns>The verdict; the review is then as if it had not been given.</returns>
    public Result<ReviewVerdict> Withdraw(UserId by, IReadOnlyList<ReviewVerdict> standing, bool secondNeeded)
    {
        if (AcceptedAt is not null)
            return new ResultAccepted();
        if (standing.LastOrDefault(v => v.GivenBy == by) is not { } own)
            return new NothingToWithdraw();
        // Who takes the second one back has seen the first: whatever is said then is not blind.
        if (own.Pass is ReviewPass.First or ReviewPass.Second && standing.Any(v => v.Pass == ReviewPass.Second))
            return new VerdictSeconded();
        Settle([.. standing.Where(v => v != own)], secondNeeded);
        return own;
    }

    public void Assign(UserId? to)
    {
        AssignedTo = to;
        Changed();
    }

    /// <summary>From now on nothing about it changes, until it is reopened.</summary>
    public Result Accept(UserId by, DateTimeOffset now)
    {
        if (AcceptedAt is not null)
            return Result.Ok;
        if (State != ReviewState.Decided)
            return new NotDecided(1);
        (AcceptedBy, AcceptedAt) = (by, now);
        Changed();
        return Result.Ok;
    }

    /// <summary>Begins a new round. What was said stays in the history.</summary>
    public Result Reopen(string? reason)
    {
        var why = reason?.Trim() ?? "";
        if (why.Length is 0 or > ReasonMaxLength)
            return new ReopenReasonNeeded();
        if (State != ReviewState.Decided)
            return new NotToReopen();
        (State, Round, FirstBy, SecondBy, Decision, DefectType) = (ReviewState.Open, Round + 1, null, null, null, null);
        (AcceptedBy, AcceptedAt, AssignedTo, ReopenReason) = (null, null, null, why);
        Changed();
        return Result.Ok;
    }

    private void Settle(IReadOnlyList<ReviewVerdict> standing, bool secondNeeded)
    {
        var first = standing.LastOrDefault(v => v.Pass == ReviewPass.First);
        var second = standing.LastOrDefault(v => v.Pass == ReviewPass.Second);
        var last = standing.Count == 0 ? null : standing[^1];
        // The two agree by what they decide. The type of a defect is a detail that the later one may know better.
        State = (first, second, last) switch
        {
            (_, _, null) => ReviewState.Open,
            (not null, not null, { Pass: not ReviewPass.Adjudication }) when first.Decision != second.Decision => ReviewState.Conflict,
            // Whoever came later saw the first verdict, so nothing could be blind any more.
            (not null, null, { Pass: ReviewPass.First }) when secondNeeded && standing.All(v => v.Pass == ReviewPass.First) => ReviewState.SecondDue,
            _ => ReviewState.Decided,
        };
        (FirstBy, SecondBy) = (first?.GivenBy, second?.GivenBy);
        var counts = State == ReviewState.Decided ? last : null;
        (Decision, DefectType) = (counts?.Decision, counts?.DefectType);
        AssignedTo = null;
        Changed();
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}
