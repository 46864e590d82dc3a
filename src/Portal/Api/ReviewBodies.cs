using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Review;

namespace FewShotAD.Portal.Api;

/// <param name="Task">What is asked for: the first verdict, a blind second one, or a decision between two.</param>
/// <param name="AssignedTo">Only this person is offered it.</param>
/// <param name="Verdicts">Where the verdict goes.</param>
public sealed record RestQueueItem(
    Guid Id, Guid ImageId, string ImageName, double Score, double ScaledScore, Verdict Verdict, ReviewTask Task, Guid? AssignedTo, string Verdicts)
{
    internal static RestQueueItem Of(QueueItem item, TrainedModel model) => new(
        item.Id.Value, item.Image.Value, item.Name, item.Score, model.Calibration.Scale(item.Score), item.Said, item.Task, item.AssignedTo?.Value,
        $"{RestGroup.Root}/results/{item.Id.Value}/verdicts");
}

/// <param name="Items">What waits for you: conflicts first, then by closeness to T2.</param>
/// <param name="Next">Goes back as <c>cursor</c>; null at the end.</param>
public sealed record ReviewQueue(IReadOnlyList<RestQueueItem> Items, string? Next, ReviewCounts Counts);

/// <param name="Count">How many new ones, 0 to 20.</param>
/// <param name="Held">Results that you have open, 100 at most: their leases are renewed.</param>
public sealed record TakeFromQueue(int Count = 1, IReadOnlyList<Guid>? Held = null, QueueFilter Filter = QueueFilter.All);

/// <param name="Items">Yours until then, and nobody else's.</param>
/// <param name="Held">Those of the held ones that are still yours.</param>
public sealed record TakenFromQueue(IReadOnlyList<RestQueueItem> Items, IReadOnlyList<Guid> Held, DateTimeOffset Until);

/// <param name="Results">Which; or <paramref name="Next"/>.</param>
/// <param name="Next">How many of the queue that are nobody's yet.</param>
/// <param name="To">A member; left out for yourself. Only engineers and owners assign to others.</param>
/// <param name="TakeBack">true gives them to nobody.</param>
public sealed record Assignment(IReadOnlyList<Guid>? Results = null, int? Next = null, Guid? To = null, bool TakeBack = false);

/// <param name="Count">How many it was done to.</param>
public sealed record HowMany(int Count);

/// <param name="Results">Which, all decided; left out for all that are.</param>
public sealed record Acceptance(IReadOnlyList<Guid>? Results = null);

/// <param name="As">support: verified normals become support shots. test: verified defects become labelled test images.</param>
public sealed record UseOfVerified(IReadOnlyList<Guid> Results, VerifiedUse As);

public sealed record Reopening(string Reason);

public sealed record RestPerson(Guid Id, string Name);

public sealed record RestPairAgreement(RestPerson One, RestPerson Other, Agreement Agreement);

/// <param name="LeftOut">Results on which the model was uncertain or the person unsure.</param>
public sealed record RestModelAgreement(RestPerson Person, Agreement Agreement, int LeftOut);

public sealed record RestWork(RestPerson Person, DateOnly Day, int Decided, double? MedianSeconds, int Overruled, int Unsure);

/// <param name="People">Cohen's κ of each two people on what both judged blind; “unsure” is an outcome like the others.</param>
/// <param name="Model">Cohen's κ of each person with the model's line.</param>
/// <param name="Work">Per person and day, UTC.</param>
public sealed record RestStatistics(IReadOnlyList<RestPairAgreement> People, IReadOnlyList<RestModelAgreement> Model, IReadOnlyList<RestWork> Work)
{
    internal static RestStatistics Of(GetReviewStatistics.Answer answer)
    {
        RestPerson Person(UserId user) => new(user.Value, answer.Names.GetValueOrDefault(user, ""));
        return new RestStatistics(
            [.. answer.People.Select(pair => new RestPairAgreement(Person(pair.One), Person(pair.Other), pair.Agreement))],
            [.. answer.Model.Select(one => new RestModelAgreement(Person(one.Person), one.Agreement, one.LeftOut))],
            [.. answer.Work.Select(day => new RestWork(Person(day.Person), day.Day, day.Decided, day.MedianSeconds, day.Overruled, day.Unsure))]);
    }
}
