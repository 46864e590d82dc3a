using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Marks;

/// <summary>
/// What all images of a project leave out: drawn on one of them, and laid over the others at the same share of width and height. The row
/// stays without a region as well: it says how far the scores have followed the last change.
/// </summary>
public sealed class ProjectIgnore : ITenantOwned
{
    private ProjectIgnore() => Shapes = [];

    public TenantId TenantId { get; private set; }

    public ProjectId ProjectId { get; private set; }

    /// <summary>Of the picture on which it was drawn.</summary>
    public int Width { get; private set; }

    public int Height { get; private set; }

    public IReadOnlyList<Shape> Shapes { get; private set; }

    /// <summary>A PNG of that size, non-zero where pixels do not count; null without a region.</summary>
    public BlobKey? Mask { get; private set; }

    public UserId ChangedBy { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    /// <summary>Scores are to be looked through, from <see cref="Next"/> on.</summary>
    public bool IsRescoring { get; private set; }

    /// <summary>Somebody stopped it half way: scores that were not reached stand as they are until the region changes again.</summary>
    public bool WasStopped { get; private set; }

    /// <summary>Results that are looked through, and how many have been.</summary>
    public int Total { get; private set; }

    public int Done { get; private set; }

    /// <summary>The last result that was looked at; null at the beginning.</summary>
    public ResultId? Next { get; private set; }

    /// <summary>Changes with every write.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    /// <summary>No region.</summary>
    public static ProjectIgnore Of(Project project) => new()
    {
        TenantId = project.TenantId,
        ProjectId = project.Id,
        ChangedBy = project.CreatedBy,
        ChangedAt = project.CreatedAt,
        ConcurrencyStamp = Guid.NewGuid(),
    };

    /// <param name="mask">What was made of the shapes; null when no pixel is in them.</param>
    /// <param name="results">How many scores there are to follow.</param>
    public void Draw(int width, int height, IReadOnlyList<Shape> shapes, BlobKey? mask, int results, UserId by, DateTimeOffset now)
    {
        (Width, Height, Shapes, Mask) = (width, height, shapes, mask);
        (ChangedBy, ChangedAt) = (by, now);
        Rescore(results);
    }

    public void Clear(int results, UserId by, DateTimeOffset now) => Draw(0, 0, [], null, results, by, now);

    /// <summary>Begins at the first result, also when it was under way or stopped.</summary>
    public void Rescore(int results)
    {
        (IsRescoring, WasStopped, Total, Done, Next) = (true, false, results, 0, null);
        Changed();
    }

    public Result Stop()
    {
        if (!IsRescoring)
            return new NothingToStop();
        (IsRescoring, WasStopped) = (false, true);
        Changed();
        return Result.Ok;
    }

    /// <param name="last">Of the results that were just looked at; null when there are no more.</param>
    public void Advance(ResultId? last, int count)
    {
        Done += count;
        if (last is null)
            (IsRescoring, Next, Total) = (false, null, Done);
        else
            (Next, Total) = (last, Math.Max(Total, Done));
        Changed();
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}

public sealed record NothingToStop()
    : Error(ErrorKind.Conflict, "ignore.idle", "No scores are being taken again, so there is nothing to stop.");

public sealed record ProjectIgnoreChanged()
    : Error(ErrorKind.Stale, "ignore.changed", "The project's ignore region is not as you saw it any more. Read it again, then decide again.");

public sealed record InvalidIgnoreSize()
    : Error(ErrorKind.Invalid, "ignore.size", "A region needs the width and height of the picture on which it was drawn, 1 to 2048 pixels each.");
