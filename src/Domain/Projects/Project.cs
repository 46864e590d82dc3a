using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Projects;

/// <summary>One part under inspection: its shots, runs, models and results.</summary>
public sealed class Project : Announcer, ITenantOwned
{
    public const int NameMaxLength = 100;
    public const int DescriptionMaxLength = 500;

    private Project()
    {
        Name = "";
        Description = "";
    }

    public TenantId TenantId { get; private set; }

    public ProjectId Id { get; private set; }

    public string Name { get; private set; }

    public string Description { get; private set; }

    /// <summary>Made by the sample generator, so pages can say so.</summary>
    public bool IsSample { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public UserId CreatedBy { get; private set; }

    public DateTimeOffset? ArchivedAt { get; private set; }

    /// <summary>The highest model version given out, kept apart from the models: a deleted one's number does not come back.</summary>
    public int LastModelVersion { get; private set; }

    /// <summary>The model that results and scoring use unless another is asked for; null while none is published.</summary>
    public ModelId? PublishedModelId { get; private set; }

    /// <summary>Whether a second person has to agree before a model is published.</summary>
    public bool ApprovalNeeded { get; private set; }

    /// <summary>Which unpublished versions are kept; null keeps all.</summary>
    public RetentionRule? Retention { get; private set; }

    /// <summary>How many changes of the published model there were: <see cref="Publication"/>s.</summary>
    public int Publications { get; private set; }

    /// <summary>Percent of what the model flags that a second person judges blind.</summary>
    public int SecondReviewShare { get; private set; }

    /// <summary>Whether a second person judges all that the model is uncertain of.</summary>
    public bool SecondReviewUncertain { get; private set; }

    /// <summary>What mistakes cost here; null while nobody has said it.</summary>
    public LineCosts? LineCosts { get; private set; }

    /// <summary>Changes with every write: who changes an older state than the present one is told so.</summary>
    public Guid ConcurrencyStamp { get; private set; }

    public static Result<Project> Create(
        TenantId tenant, string? name, string? description, UserId by, DateTimeOffset now, bool isSample = false)
    {
        var project = new Project
        {
            TenantId = tenant,
            Id = new ProjectId(Guid.CreateVersion7(now)),
            IsSample = isSample,
            CreatedAt = now,
            CreatedBy = by,
        };
        var described = project.Describe(name, description);
        return described.Succeeded ? project : described.Error;
    }

    public Result Describe(string? name, string? description)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > NameMaxLength)
            return new InvalidProjectName();
        var text = description?.Trim() ?? "";
        if (text.Length > DescriptionMaxLength)
            return new InvalidProjectDescription();
        Name = trimmed;
        Description = text;
        Changed();
        return Result.Ok;
    }

    /// <summary>Holds for first verdicts from now on; a second review that is due stays due.</summary>
    public Result SecondReviews(int share, bool uncertain)
    {
        if (share is < 0 or > 100)
            return new Review.InvalidReviewShare();
        (SecondReviewShare, SecondReviewUncertain) = (share, uncertain);
        Changed();
        return Result.Ok;
    }

    public Result Cost(LineCosts costs)
    {
        var possible = costs.Check();
        if (!possible.Succeeded)
            return possible;
        LineCosts = costs;
        Changed();
        return Result.Ok;
    }

    /// <summary>The version of the next model.</summary>
    public int TakeModelVersion()
    {
        Changed();
        return ++LastModelVersion;
    }

    /// <summary>Publishing what is published already changes nothing.</summary>
    public Result Publish(TrainedModel model, DateTimeOffset now)
    {
        if (model.ProjectId != Id)
            return new ModelNotFound();
        if (ArchivedAt is not null)
            return new ProjectAlreadyArchived(Name);
        if (PublishedModelId != model.Id)
            Announce(HappeningKinds.ModelPublished, now, new ModelPublished(Id.Value, Name, model.Id.Value, model.Version));
        SetPublished(model.Id);
        return Result.Ok;
    }

    /// <summary>Takes <paramref name="model"/> back; another one that is published stays.</summary>
    public void Unpublish(ModelId model)
    {
        if (PublishedModelId == model)
            SetPublished(null);
    }

    /// <summary>Holds for publishing from now on.</summary>
    public void NeedApproval(bool needed)
    {
        ApprovalNeeded = needed;
        Changed();
    }

    /// <param name="rule">Null keeps all.</param>
    public Result Keep(RetentionRule? rule)
    {
        if (rule?.Check() is { Succeeded: false } impossible)
            return impossible;
        Retention = rule;
        Changed();
        return Result.Ok;
    }

    /// <summary>Something about publishing was asked or decided: of two people who do so at once the second looks again.</summary>
    public void Touch() => Changed();

    /// <summary>The number of the next publication.</summary>
    internal int TakePublication()
    {
        Changed();
        return ++Publications;
    }

    /// <summary>For a project that is restored: versions that its models had, deleted ones too, are not given out again.</summary>
    public void KeepVersions(int last) => LastModelVersion = Math.Max(LastModelVersion, last);

    public Result Archive(DateTimeOffset now)
    {
        if (ArchivedAt is not null)
            return new ProjectAlreadyArchived(Name);
        ArchivedAt = now;
        Changed();
        return Result.Ok;
    }

    public Result Restore()
    {
        if (ArchivedAt is null)
            return new ProjectNotArchived(Name);
        ArchivedAt = null;
        Changed();
        return Result.Ok;
    }

    private void SetPublished(ModelId? model)
    {
        if (PublishedModelId == model)
            return;
        PublishedModelId = model;
        Changed();
    }

    private void Changed() => ConcurrencyStamp = Guid.NewGuid();
}

/// <summary>What is told of a model that is in use from now on.</summary>
public sealed record ModelPublished(Guid Project, string ProjectName, Guid Model, int Version);

public sealed record InvalidProjectName()
    : Error(ErrorKind.Invalid, "project.name", $"A project name has 1 to {Project.NameMaxLength} characters. Enter another name.");

public sealed record InvalidProjectDescription()
    : Error(ErrorKind.Invalid, "project.description", $"A description has at most {Project.DescriptionMaxLength} characters. Shorten it.");

public sealed record ProjectNameTaken(string Name)
    : Error(ErrorKind.Conflict, "project.name.taken", $"Your team already has a project named “{Name}”. Choose another name.");

public sealed record ProjectNotFound()
    : Error(ErrorKind.NotFound, "project.missing", "This project does not exist, or it belongs to another team.");

public sealed record ProjectAlreadyArchived(string Name)
    : Error(ErrorKind.Conflict, "project.archived", $"“{Name}” is archived already.");

public sealed record ProjectChanged()
    : Error(ErrorKind.Stale, "project.changed", "The project is not as you saw it any more. Read it again, then decide again.");

public sealed record ProjectNotArchived(string Name)
    : Error(ErrorKind.Conflict, "project.active", $"“{Name}” is not archived.");
