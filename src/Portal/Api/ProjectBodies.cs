using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Projects;

namespace FewShotAD.Portal.Api;

public sealed record NewProject(string Name, string? Description = null);

/// <summary>A field that is left out stays as it is.</summary>
/// <param name="Review">What of the project a second person judges blind.</param>
/// <param name="Costs">What mistakes cost, for the cheapest line.</param>
/// <param name="Keep">Which unpublished versions are kept.</param>
/// <param name="ApprovalNeeded">Whether publishing needs a second person; an owner who is signed in changes it.</param>
public sealed record ProjectChange(string? Name = null, string? Description = null, bool? Archived = null, SecondReviews? Review = null,
    LineCosts? Costs = null, bool? ApprovalNeeded = null, KeptVersions? Keep = null);

/// <summary>Which unpublished versions are kept; the others go by themselves, but never one that something refers to.</summary>
/// <param name="Versions">The newest so many; 0 keeps all.</param>
/// <param name="Days">And those that are younger.</param>
public sealed record KeptVersions(int Versions, int Days = 0);

/// <param name="Share">Percent of what the model flags, 0 to 100.</param>
/// <param name="Uncertain">Whether all that the model is uncertain of.</param>
public sealed record SecondReviews(int? Share = null, bool? Uncertain = null);

public sealed record ImageCounts(int Support, int Test, int Unassigned);

public sealed record ModelReference(Guid Id, int Version, double? ImageAuroc);

public sealed record RestProject(
    Guid Id, string Name, string Description, bool IsSample, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt, ImageCounts Images,
    ModelReference? LatestModel, ModelReference? PublishedModel, SecondReviews Review, LineCosts? Costs, bool ApprovalNeeded, KeptVersions? Keep)
{
    internal static RestProject Of(GetProject.Answer answer) => new(
        answer.Project.Id.Value, answer.Project.Name, answer.Project.Description, answer.Project.IsSample, answer.Project.CreatedAt,
        answer.Project.ArchivedAt, new ImageCounts(answer.Shots, answer.TestImages, answer.Unassigned), Reference(answer.LatestModel),
        Reference(answer.PublishedModel), new SecondReviews(answer.Project.SecondReviewShare, answer.Project.SecondReviewUncertain),
        answer.Project.LineCosts, answer.Project.ApprovalNeeded,
        answer.Project.Retention is { } rule ? new KeptVersions(rule.Versions, rule.Days) : null);

    private static ModelReference? Reference(TrainedModel? model) =>
        model is null ? null : new ModelReference(model.Id.Value, model.Version, model.Metrics?.ImageAuroc);
}

public sealed record RestProjectItem(
    Guid Id, string Name, string Description, bool IsSample, DateTimeOffset CreatedAt, DateTimeOffset? ArchivedAt, int SupportImages,
    int TestImages, int? LatestModelVersion, int? PublishedModelVersion, double? ImageAuroc, RunStatus? LastRun)
{
    internal static RestProjectItem Of(ListProjects.Card card) => new(
        card.Id.Value, card.Name, card.Description, card.IsSample, card.CreatedAt, card.ArchivedAt, card.Shots, card.TestImages,
        card.ModelVersion, card.PublishedVersion, card.ImageAuroc, card.LastRun);
}
