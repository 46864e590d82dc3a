using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Portal.Features.Results;

namespace FewShotAD.Portal.Tests.Results;

public sealed class ResultQueryTests
{
    [Fact]
    public void A_view_survives_its_address()
    {
        ResultQuery[] views =
        [
            ResultQuery.Everything,
            .. Enum.GetValues<Verdict>().Select(v => ResultQuery.Everything with { Verdict = v }),
            .. Enum.GetValues<ResultOrder>().Skip(1).Select(o => ResultQuery.Everything with { Order = o }),
            .. Enum.GetValues<Mistake>().Select(m => ResultQuery.Everything with { Mistake = m }),
            .. Enum.GetValues<ReviewOutcome>().Select(r => ResultQuery.Everything with { Review = r }),
            .. Enum.GetValues<ImageLabel>().Select(l => ResultQuery.Everything with { Label = l }),
            .. new[] { "", "scratch", "Kratzer & Öl=1 %", "+" }.Select(t => ResultQuery.Everything with { Type = t }),
            ResultQuery.Everything with { MinScore = -0.1, MaxScore = 1e-7 }, ResultQuery.Everything with { From = new(2026, 2, 28) },
            ResultQuery.Everything with { To = new(2024, 12, 31) }, ResultQuery.Everything with { Search = "line 3/ä&b=c+d%" },
            new(new ModelId(Guid.NewGuid()), Verdict.Uncertain, ResultOrder.Nearest, "dent")
            {
                Mistake = Mistake.FalseNegative, Label = ImageLabel.Normal, Review = ReviewOutcome.InReview, Reviewer = new UserId(Guid.NewGuid()),
                MinScore = 0.5, MaxScore = 17.25, From = new(2026, 1, 1), To = new(2026, 1, 2), Search = "x",
            },
        ];
        Assert.All(views, view => Assert.Equal(view, ResultQuery.Parse(view.ToString())));
        Assert.Equal(views.Length, views.Select(view => view.ToString()).Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("?model=x&verdict=wrong&order=wrong&reviewer=me&min=lots&max=NaN&from=yesterday&to=2026-02-30&search=%20")]
    [InlineData("?verdict=7&order=99&mistake=1&label=2&review=0")]
    public void An_address_that_says_nothing_sensible_shows_everything_by_score(string? address)
    {
        Assert.Equal(ResultQuery.Everything, ResultQuery.Parse(address));
        Assert.Equal("", ResultQuery.Everything.ToString());
    }

    [Fact]
    public void The_last_day_is_in_it_to_its_end()
    {
        var range = ResultQuery.Parse("?from=2026-03-01&to=2026-03-02").ToRequest(default, null).Range!;
        Assert.Equal((new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 3, 3, 0, 0, 0, TimeSpan.Zero)), (range.From, range.Until));
        Assert.Null(ResultQuery.Parse("?to=9999-12-31").ToRequest(default, null).Range!.Until);
    }

    [Fact]
    public void Clearing_keeps_model_and_order()
    {
        var query = ResultQuery.Parse($"?model={Guid.NewGuid()}&order=name&verdict=defect&type=&mistake=falsepositive&label=normal&review=unsure&reviewer={Guid.NewGuid()}&min=1&max=2&from=2026-01-01&search=a");
        Assert.Equal(8, query.Filters);
        Assert.Equal(ResultQuery.Everything with { Model = query.Model, Order = ResultOrder.Name }, query.Cleared());
    }
}
