using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Scoring;

namespace FewShotAD.Infrastructure.Tests.Scoring;

public sealed class WaitingTests
{
    private static readonly TenantId Ours = new(Guid.NewGuid());
    private static readonly TenantId Theirs = new(Guid.NewGuid());

    [Fact]
    public void One_team_cannot_take_all_places_and_places_come_back()
    {
        var waiting = new Waiting(most: 3, mostPerTeam: 2);
        var (first, second) = (waiting.Enter(Ours).Value, waiting.Enter(Ours).Value);
        Assert.Equal(new ScoringBusyForTeam(2), waiting.Enter(Ours).Error);
        var third = waiting.Enter(Theirs).Value;
        Assert.IsType<ScoringBusy>(waiting.Enter(Theirs).Error);
        first.Dispose();
        first.Dispose(); // given back once
        Assert.True(waiting.Enter(Theirs).Succeeded);
        Assert.IsType<ScoringBusy>(waiting.Enter(Ours).Error);
        second.Dispose();
        third.Dispose();
        Assert.True(waiting.Enter(Ours).Succeeded);
    }
}
