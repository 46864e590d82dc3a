using System.ComponentModel.DataAnnotations;

namespace FewShotAD.Infrastructure.Review;

/// <summary>Section <c>Review</c>.</summary>
public sealed class ReviewOptions
{
    public const string Section = "Review";

    /// <summary>How long an image stays with whoever opened it. The page renews it while it is open; who goes away without a word gives it back so.</summary>
    [Range(1, 86_400)]
    public double LeaseSeconds { get; set; } = 300;

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);
}
