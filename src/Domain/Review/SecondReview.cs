using System.Buffers.Binary;
using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Projects;

namespace FewShotAD.Domain.Review;

/// <summary>Which results a second person judges, without knowing what the first one said.</summary>
public static class SecondReview
{
    /// <summary>
    /// Of what the model flags, a share that the id alone decides: it cannot be foreseen, does not change with the order of work, and
    /// a larger share contains the smaller one.
    /// </summary>
    public static bool IsNeeded(Project project, ResultId result, Verdict said) =>
        said != Verdict.Normal && ((project.SecondReviewUncertain && said == Verdict.Uncertain) || Draw(result) < project.SecondReviewShare);

    /// <summary>0 to below 100, evenly.</summary>
    internal static double Draw(ResultId result)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(result.Value.ToByteArray(), hash);
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0) * 100;
    }
}
