using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Portal.Features.Results;

namespace FewShotAD.Portal.Tests.Results;

public sealed class ResultQueryTests
{
    [Fact]
    public void A_view_survives_its_address()
    {
        ModelId?[] models = [null, new ModelId(Guid.NewGuid())];
        foreach (var model in models)
        {
            foreach (var verdict in Enum.GetValues<Verdict>().Cast<Verdict?>().Append(null))
            {
                foreach (var order in Enum.GetValues<ResultOrder>())
                {
                    foreach (var type in new[] { null, "", "scratch", "Kratzer & Öl=1 %" })
                    {
                        var query = new ResultQuery(model, verdict, order, type);
                        var parts = query.ToString().TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')).ToDictionary(p => p[0], p => Uri.UnescapeDataString(p[1]));
                        Assert.Equal(query, ResultQuery.Parse(
                            parts.GetValueOrDefault("model"), parts.GetValueOrDefault("verdict"), parts.GetValueOrDefault("order"), parts.GetValueOrDefault("type")));
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("x", "wrong", "wrong")]
    [InlineData("", "7", "99")]
    public void An_address_that_says_nothing_sensible_shows_everything_by_score(string? model, string? verdict, string? order)
    {
        var query = ResultQuery.Parse(model, verdict, order);
        Assert.Equal(new ResultQuery(null, null, ResultOrder.ScoreDescending), query);
        Assert.Equal("", query.ToString());
    }
}
