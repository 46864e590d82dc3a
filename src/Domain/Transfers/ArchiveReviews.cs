using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Review;

namespace FewShotAD.Domain.Transfers;

/// <summary>A line of <c>reviews.jsonl</c>: what people said of one result, and how far its review has come.</summary>
/// <param name="Model">The version of the model.</param>
/// <param name="Image">SHA-256 of the original.</param>
/// <param name="Item">Null for a result that was judged and has no review.</param>
public sealed record ArchiveReview(int Model, string Image, IReadOnlyList<ArchiveVerdict> Verdicts, ArchiveReviewItem? Item = null);

/// <param name="WithdrawnAt">Null while it stands.</param>
public sealed record ArchiveVerdict(
    int Number, ReviewDecision Verdict, Verdict ModelSaid, double Score, ArchivePerson By, DateTimeOffset GivenAt, ReviewPass Pass, int Round,
    string? DefectType = null, string? Comment = null, double? Seconds = null, DateTimeOffset? WithdrawnAt = null);

public sealed record ArchiveReviewItem(
    ReviewState State, int Round, ReviewDecision? Decision = null, string? DefectType = null, ArchivePerson? First = null, ArchivePerson? Second = null,
    ArchivePerson? Accepted = null, DateTimeOffset? AcceptedAt = null, string? ReopenReason = null);

/// <summary>Who it was, by the name of then. The id says only which lines are of one person.</summary>
public sealed record ArchivePerson(Guid Id, string Name);
