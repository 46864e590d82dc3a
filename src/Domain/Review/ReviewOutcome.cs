namespace FewShotAD.Domain.Review;

/// <summary>How far people have come with a result, as lists show and filter it.</summary>
public enum ReviewOutcome
{
    /// <summary>Nobody has judged it, or it was reopened.</summary>
    Unreviewed,

    /// <summary>A second verdict is due, or two people differ.</summary>
    InReview,
    Normal,
    Defect,
    Unsure,
}
