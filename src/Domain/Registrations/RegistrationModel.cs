using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Registrations;

/// <summary>A project that a registration model learns from, as it was when its training was asked for.</summary>
/// <param name="Images">Normal images that are learned from.</param>
public sealed record RegistrationPart(ProjectId Project, string Name, int Images);

/// <summary>
/// A network that is trained over several projects of a team and then serves any of them, and new ones: a project that uses it fits
/// statistics to its own shots and trains nothing. RegAD learns to register, UniAD becomes one unified model. Those of one name are its
/// versions; each is trained by one run of the queue, which stands under the first of its projects because its file carries that one's shots.
/// </summary>
public sealed class RegistrationModel : ITenantOwned
{
    public const int NameMaxLength = Project.NameMaxLength;
    public const int MinProjects = 2;
    public const int MaxProjects = 16;

    private RegistrationModel()
    {
        Name = "";
        Recipe = null!;
        Parts = [];
    }

    public TenantId TenantId { get; private set; }

    public RegistrationId Id { get; private set; }

    public string Name { get; private set; }

    /// <summary>Counts from 1 among those of its name.</summary>
    public int Version { get; private set; }

    public TrainingRecipe Recipe { get; private set; }

    public IReadOnlyList<RegistrationPart> Parts { get; private set; }

    /// <summary>The run that trains it; how far it is follows from that.</summary>
    public RunId RunId { get; private set; }

    public UserId CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Null until it is trained.</summary>
    public BlobKey? Bundle { get; private set; }

    public long BundleBytes { get; private set; }

    /// <summary>By what program and from what data; null until it is trained.</summary>
    public ModelOrigin? Origin { get; private set; }

    /// <summary>Changes with every write, and with every use: of a deletion and a use at once one looks again.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    /// <summary>Whether projects can use it.</summary>
    public bool IsReady => Bundle is not null;

    /// <param name="parts">The first is the project that <paramref name="run"/> stands under.</param>
    /// <param name="id">The run names it already.</param>
    public static RegistrationModel Create(
        RegistrationId id, string name, int version, TrainingRun run, IReadOnlyList<RegistrationPart> parts, UserId by, DateTimeOffset now) => new()
    {
        TenantId = run.TenantId,
        Id = id,
        Name = name,
        Version = version,
        Recipe = run.Recipe,
        Parts = parts,
        RunId = run.Id,
        CreatedBy = by,
        CreatedAt = now,
        ConcurrencyStamp = Guid.NewGuid(),
    };

    public static Result<string> CheckName(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is 0 or > NameMaxLength || trimmed.Any(char.IsControl) ? new InvalidRegistrationName() : trimmed;
    }

    /// <summary>Only methods whose training serves other parts, and only where there is training.</summary>
    public static Result CheckRecipe(TrainingRecipe recipe)
    {
        if (recipe.Method is not (DetectionMethod.RegAd or DetectionMethod.UniAd))
            return new RegistrationMethodWrong();
        return recipe.Epochs == 0 ? new RegistrationUntrained() : recipe.Validate();
    }

    /// <summary>Its run has written its file; a resumed run may do so again, as long as nobody has used what was there.</summary>
    public void Trained(BlobKey bundle, long bytes, ModelOrigin origin)
    {
        (Bundle, BundleBytes, Origin) = (bundle, bytes, origin);
        Touch();
    }

    /// <summary>The recipe of a run that fits its statistics to a project's shots and trains nothing.</summary>
    public Result<TrainingRecipe> RecipeFor(int shots, int seed) => Bundle is { } bundle
        ? Recipe with { Shots = shots, Seed = seed, Epochs = 0, Registration = new RegistrationUse(Id.Value, Name, Version, bundle.Sha256) }
        : new RegistrationNotReady(Name, Version);

    /// <summary>Whether it was trained over this project.</summary>
    public bool Knows(ProjectId project) => Parts.Any(part => part.Project == project);

    public void Touch() => ConcurrencyStamp = Guid.NewGuid();
}
