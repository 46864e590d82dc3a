using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Review;

namespace FewShotAD.Domain.Tests.Review;

public sealed class ReviewStatisticsTests
{
    private static readonly UserId Ada = new(new Guid(1, 0, 0, new byte[8]));
    private static readonly UserId Ben = new(new Guid(2, 0, 0, new byte[8]));
    private static readonly DateTimeOffset Monday = new(2026, 3, 2, 23, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Only_what_two_judged_blind_is_compared()
    {
        JudgedResult[] said =
        [
            Said(1, Ada, ReviewPass.First, ReviewDecision.Defect), Said(1, Ben, ReviewPass.Second, ReviewDecision.Defect),
            // Who is first changes from image to image; the pair is the same.
            Said(2, Ben, ReviewPass.First, ReviewDecision.Normal), Said(2, Ada, ReviewPass.Second, ReviewDecision.Defect),
            // Given anew: the last one of the pass stands for the person.
            Said(3, Ada, ReviewPass.First, ReviewDecision.Unsure), Said(3, Ada, ReviewPass.First, ReviewDecision.Normal, sequence: 2), Said(3, Ben, ReviewPass.Second, ReviewDecision.Normal, sequence: 3),
            // With the other's verdict in view, or alone.
            Said(4, Ada, ReviewPass.First, ReviewDecision.Normal), Said(4, Ben, ReviewPass.Later, ReviewDecision.Defect),
            Said(5, Ben, ReviewPass.First, ReviewDecision.Defect, pending: true),
        ];
        var pair = Assert.Single(ReviewStatistics.BetweenPeople(said));
        Assert.Equal((Ada, Ben, 3, 2), (pair.One, pair.Other, pair.Agreement.Count, pair.Agreement.Agreed));
    }

    [Fact]
    public void Two_rounds_of_one_result_are_two_pairs()
    {
        JudgedResult[] said =
        [
            Said(1, Ada, ReviewPass.First, ReviewDecision.Defect), Said(1, Ben, ReviewPass.Second, ReviewDecision.Normal),
            Said(1, Ada, ReviewPass.First, ReviewDecision.Normal, round: 2), Said(1, Ben, ReviewPass.Second, ReviewDecision.Normal, round: 2),
        ];
        Assert.Equal(2, Assert.Single(ReviewStatistics.BetweenPeople(said)).Agreement.Count);
    }

    [Fact]
    public void With_the_model_only_clear_words_are_compared()
    {
        JudgedResult[] said =
        [
            Said(1, Ada, ReviewPass.First, ReviewDecision.Defect, Verdict.Defect), Said(2, Ada, ReviewPass.First, ReviewDecision.Normal, Verdict.Normal),
            Said(3, Ada, ReviewPass.First, ReviewDecision.Normal, Verdict.Defect), Said(4, Ada, ReviewPass.First, ReviewDecision.Unsure, Verdict.Defect),
            Said(5, Ada, ReviewPass.First, ReviewDecision.Defect, Verdict.Uncertain),
            Said(6, Ada, ReviewPass.First, ReviewDecision.Defect, Verdict.Defect), Said(6, Ada, ReviewPass.Adjudication, ReviewDecision.Normal, Verdict.Defect, sequence: 9),
        ];
        var ada = Assert.Single(ReviewStatistics.WithModel(said));
        Assert.Equal((4, 2, 2), (ada.Agreement.Count, ada.Agreement.Agreed, ada.LeftOut));
    }

    [Fact]
    public void Work_is_counted_by_person_and_day()
    {
        JudgedResult[] said =
        [
            Said(1, Ada, ReviewPass.First, ReviewDecision.Normal, Verdict.Defect, seconds: 4), Said(2, Ada, ReviewPass.First, ReviewDecision.Unsure, Verdict.Defect, seconds: 2),
            Said(3, Ada, ReviewPass.First, ReviewDecision.Defect, Verdict.Defect), Said(4, Ada, ReviewPass.First, ReviewDecision.Defect, Verdict.Defect, at: Monday.AddHours(1), seconds: 9),
            Said(5, Ben, ReviewPass.First, ReviewDecision.Normal, Verdict.Defect, seconds: 1, pending: true),
        ];
        Assert.Equal(
            [
                new WorkOfDay(Ada, new DateOnly(2026, 3, 3), 1, 9, 0, 0),
                new WorkOfDay(Ada, new DateOnly(2026, 3, 2), 3, 3, 1, 1),
                new WorkOfDay(Ben, new DateOnly(2026, 3, 2), 1, 1, 0, 0),
            ],
            ReviewStatistics.Work(said));
    }

    private static JudgedResult Said(
        int result, UserId by, ReviewPass pass, ReviewDecision decision, Verdict model = Verdict.Defect, int round = 1, int sequence = 1, DateTimeOffset? at = null,
        double? seconds = null, bool pending = false) =>
        new(new ResultId(new Guid(result, 0, 0, new byte[8])), round, sequence, pass, decision, model, by, at ?? Monday, seconds, pending);
}
