using FewShotAD.Domain.Storage;

namespace FewShotAD.Domain.Marks;

/// <summary>
/// Names the ignore regions that a score was taken with, by their content: a score whose mark is not the image's present one is
/// taken again. Null stands for none.
/// </summary>
public static class IgnoreMark
{
    /// <summary>Two hashes and a plus sign.</summary>
    public const int MaxLength = 129;

    public static string? Of(BlobKey? own, BlobKey? project) =>
        own is null && project is null ? null : $"{own?.Sha256}+{project?.Sha256}";
}
