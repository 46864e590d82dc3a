using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Models;

/// <summary>Which unpublished versions of a project are kept; the others go by themselves, unless something refers to them.</summary>
/// <param name="Versions">The newest so many.</param>
/// <param name="Days">And all that are younger; 0 for no matter how young.</param>
/// <param name="SetBy">In whose name versions are deleted.</param>
public sealed record RetentionRule(int Versions, int Days, UserId SetBy)
{
    public const int MostVersions = 1_000;
    public const int MostDays = 3_650;

    public Result Check() => Versions is < 1 or > MostVersions || Days is < 0 or > MostDays ? new InvalidRetention() : Result.Ok;

    /// <summary>Those that go, of a project's versions, newest first and without the published one.</summary>
    public IEnumerable<T> Beyond<T>(IReadOnlyList<T> unpublished, Func<T, DateTimeOffset> createdAt, DateTimeOffset now) =>
        unpublished.Skip(Versions).Where(version => createdAt(version) < now - TimeSpan.FromDays(Days));
}

public sealed record InvalidRetention()
    : Error(ErrorKind.Invalid, "project.retention", $"The newest 1 to {RetentionRule.MostVersions} unpublished versions are kept, and those younger than 0 to {RetentionRule.MostDays} days.");
