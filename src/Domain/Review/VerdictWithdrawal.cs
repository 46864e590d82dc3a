using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Review;

/// <summary>Takes a verdict back. The verdict stays in the history, and does not count any more; it is taken back once at most.</summary>
public sealed class VerdictWithdrawal : ITenantOwned
{
    private VerdictWithdrawal()
    {
    }

    public TenantId TenantId { get; private set; }

    public ResultId ResultId { get; private set; }

    /// <summary>The number of the verdict.</summary>
    public int Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public static VerdictWithdrawal Of(ReviewVerdict verdict, DateTimeOffset now) =>
        new() { TenantId = verdict.TenantId, ResultId = verdict.ResultId, Sequence = verdict.Sequence, At = now };
}
