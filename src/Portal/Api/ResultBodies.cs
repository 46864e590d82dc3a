using System.ComponentModel;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;

namespace FewShotAD.Portal.Api;

/// <param name="CertainlyGood">T1: scores up to here are normal.</param>
/// <param name="CertainlyDefective">T2: scores from here on are defects.</param>
public sealed record ResultThresholds(double CertainlyGood, double CertainlyDefective);

public sealed record ResultLinks(string Heatmap, string Map, string Image, string Review);

/// <param name="ScaledScore">0 to 100: 0 is a typical normal part, 50 is T2.</param>
/// <param name="Verdict">By the model's line.</param>
/// <param name="Review">What people said last; null while nobody has.</param>
/// <param name="FullScore">The score of the whole picture, where ignore regions leave something out; null where they do not.</param>
public sealed record RestResult(
    Guid Id, Guid ProjectId, Guid ImageId, string ImageName, double Score, double ScaledScore, ResultThresholds Thresholds, Verdict Verdict,
    ImageLabel Label, string? DefectType, Guid ModelId, int ModelVersion, DateTimeOffset ScoredAt, RestReviewVerdict? Review, ResultLinks Links,
    double? FullScore = null)
{
    internal static RestResult Of(ListResults.Item item, TrainedModel model, ReviewVerdict? review) =>
        Of(item.Id, item.Image, item.Name, item.Score, item.Label, item.DefectType, item.ScoredAt, model, review, item.FullScore);

    internal static RestResult Of(GetResult.Answer answer) => Of(
        answer.Result.Id, answer.Image.Id, answer.Image.Name, answer.Result.Score, answer.Image.Label, answer.Image.DefectType, answer.Result.ScoredAt,
        answer.Model, answer.Review, answer.Result.FullScore);

    private static RestResult Of(
        ResultId id, ImageId image, string name, double score, ImageLabel label, string? defectType, DateTimeOffset scoredAt, TrainedModel model,
        ReviewVerdict? review, double? fullScore)
    {
        var (address, line) = ($"{RestGroup.Root}/results/{id.Value}", model.Calibration);
        return new RestResult(
            id.Value, model.ProjectId.Value, image.Value, name, score, line.Scale(score), new ResultThresholds(line.CertainlyGood, line.CertainlyDefective),
            line.Judge(score), label, defectType, model.Id.Value, model.Version, scoredAt, review is null ? null : RestReviewVerdict.Of(review),
            new ResultLinks($"{address}/heatmap.png", $"{address}/map", $"{RestGroup.Root}/images/{image.Value}", $"{address}/verdicts"), fullScore);
    }
}

public sealed record ResultFilter(
    [property: Description("A model of the project; left out for the published one, or the latest while none is published.")] Guid? Model,
    [property: Description("What the model says, by its line.")] Choice<Verdict>? Verdict,
    [property: Description("The lowest raw score.")] double? MinScore,
    [property: Description("The highest raw score.")] double? MaxScore,
    [property: Description("The image's label.")] Choice<ImageLabel>? Label,
    [property: Description("Scored at or after this moment.")] DateTimeOffset? From,
    [property: Description("Scored before this moment.")] DateTimeOffset? To,
    [property: Description("Where the model is wrong: falsePositive is called a defect though normal, falseNegative called normal though defective. The truth is what people decided, and the label where they have not.")] Choice<Mistake>? Mistake,
    [property: Description("Only defective images of this type; given empty, those of which nobody said what is wrong.")] string? DefectType,
    [property: Description("What the review has come to; inReview while a second verdict or a decision between two is due.")] Choice<ReviewOutcome>? Review,
    [property: Description("The person whose verdict counts.")] Guid? ReviewedBy,
    [property: Description("A part of the image's name, in capitals or not.")] string? Search,
    [property: Description("nearest is by the distance of the score to T2.")] Choice<ResultOrder>? Order,
    [property: Description(RestText.Limit)] int? Limit,
    [property: Description(RestText.Cursor)] string? Cursor) : IQueryFilter;

/// <param name="Comment">Needed when the verdict overrules a clear judgement of the model.</param>
/// <param name="ClientId">An id of your own for this verdict: sent again, it is not taken twice.</param>
/// <param name="FromQueue">true for a result that was taken from the queue: refused when it is not yours any more, or needs no verdict.</param>
public sealed record NewVerdict(ReviewDecision Verdict, string? DefectType = null, string? Comment = null, Guid? ClientId = null, bool FromQueue = false);

/// <param name="Number">Counts from 1 for its result.</param>
/// <param name="ModelSaid">What the model said when the verdict was given.</param>
/// <param name="Pass">What it was given as.</param>
/// <param name="WithdrawnAt">When it was taken back; null while it stands.</param>
public sealed record RestReviewVerdict(
    int Number, ReviewDecision Verdict, string? DefectType, string? Comment, Verdict ModelSaid, double Score, Guid GivenBy, DateTimeOffset GivenAt, ReviewPass Pass,
    DateTimeOffset? WithdrawnAt)
{
    internal static RestReviewVerdict Of(ReviewVerdict verdict) => Of(new GivenVerdict(verdict, null));

    internal static RestReviewVerdict Of(GivenVerdict given) => new(
        given.Verdict.Sequence, given.Verdict.Decision, given.Verdict.DefectType, given.Verdict.Comment, given.Verdict.ModelSaid, given.Verdict.Score,
        given.Verdict.GivenBy.Value, given.Verdict.GivenAt, given.Verdict.Pass, given.WithdrawnAt);
}
