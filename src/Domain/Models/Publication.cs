using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Models;

public enum PublicationKind
{
    Published = 0,

    /// <summary>A model that was published before is so again.</summary>
    RolledBack = 1,

    /// <summary>None is published any more.</summary>
    TakenBack = 2,
}

/// <summary>Who did it, by the name that they had then: an account may go, the history stays readable.</summary>
public sealed record RegistryAuthor(UserId User, string Name);

/// <summary>A change of a project's published model. Models that it names may have been deleted since.</summary>
public sealed class Publication : ITenantOwned, IAppendOnly
{
    public const int NameMaxLength = 200;

    private Publication() => ByName = "";

    public TenantId TenantId { get; private set; }

    public ProjectId ProjectId { get; private set; }

    /// <summary>Counts from 1 in its project.</summary>
    public int Number { get; private set; }

    public PublicationKind Kind { get; private set; }

    /// <summary>The model that was published, or the one that was taken back.</summary>
    public ModelId ModelId { get; private set; }

    public int Version { get; private set; }

    /// <summary>The one that was published until then; null where none was.</summary>
    public ModelId? Replaced { get; private set; }

    /// <summary>The request that a second person agreed to; null where none was needed.</summary>
    public PublishRequestId? Request { get; private set; }

    public UserId By { get; private set; }

    public string ByName { get; private set; }

    public DateTimeOffset At { get; private set; }

    public static Publication Of(
        Project project, PublicationKind kind, TrainedModel model, ModelId? replaced, RegistryAuthor by, DateTimeOffset now, PublishRequestId? request = null) => new()
        {
            TenantId = project.TenantId,
            ProjectId = project.Id,
            Number = project.TakePublication(),
            Kind = kind,
            ModelId = model.Id,
            Version = model.Version,
            Replaced = replaced,
            Request = request,
            By = by.User,
            ByName = by.Name.Length <= NameMaxLength ? by.Name : by.Name[..NameMaxLength],
            At = now,
        };
}

/// <summary>Where rolling back leads.</summary>
public static class RollBack
{
    /// <summary>
    /// The model that was published before the present one. A roll back is a step back and not a publication: rolled back twice, a project
    /// is two steps back and not where it began. Models that were deleted are stepped over.
    /// </summary>
    /// <param name="history">Of the project, in the order of their numbers.</param>
    /// <param name="published">The present one; null while none is, and then the one that was taken back last.</param>
    /// <returns>Null when there is none to go back to.</returns>
    public static ModelId? Target(IReadOnlyList<Publication> history, ModelId? published, IReadOnlySet<ModelId> existing)
    {
        if (published is null && history is [.., { Kind: PublicationKind.TakenBack } last] && existing.Contains(last.ModelId))
            return last.ModelId;
        var at = published ?? (history.Count > 0 ? history[^1].ModelId : null);
        for (var seen = history.Count; at is { } model;)
        {
            // Only what was earlier: a model may have been published, replaced and published again.
            seen = LastIndex(history, seen, publication => publication.Kind == PublicationKind.Published && publication.ModelId == model);
            if (seen < 0)
                return null;
            // Published after another was taken back, it replaced none and still came after that one.
            at = history[seen].Replaced ?? (seen > 0 && history[seen - 1] is { Kind: PublicationKind.TakenBack } taken ? taken.ModelId : null);
            if (at is { } before && existing.Contains(before))
                return before;
        }

        return null;
    }

    private static int LastIndex(IReadOnlyList<Publication> history, int before, Func<Publication, bool> wanted)
    {
        for (var i = before - 1; i >= 0; i--)
        {
            if (wanted(history[i]))
                return i;
        }

        return -1;
    }
}

public sealed record NothingToRollBackTo()
    : Error(ErrorKind.Conflict, "model.roll-back", "No version that still exists was published before this one. Publish the version that you want instead.");
