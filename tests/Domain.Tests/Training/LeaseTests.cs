using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using FewShotAD.TestKit;

namespace FewShotAD.Domain.Tests.Training;

public sealed class LeaseTests
{
    private readonly FakeTime time = new(Given.Start);
    private readonly TrainingRun run = Given.QueuedRun();

    [Fact]
    public void A_claim_holds_the_run_for_the_length_of_a_lease()
    {
        Assert.True(run.Claim("a", time.Now).Succeeded);
        Assert.Equal(time.Now + TrainingRun.LeaseLength, run.LeaseUntil);
        time.Advance(TrainingRun.LeaseLength);
        // The last instant still belongs to its owner.
        Assert.False(run.Claim("b", time.Now).Succeeded);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(run.Claim("b", time.Now).Succeeded);
        Assert.Equal("b", run.ClaimedBy);
    }

    [Fact]
    public void A_worker_that_renews_keeps_the_run_however_long_it_takes()
    {
        Assert.True(run.Claim("a", time.Now).Succeeded);
        for (var i = 0; i < 100; i++)
        {
            time.Advance(TrainingRun.LeaseLength);
            Assert.True(run.RenewLease("a", time.Now).Succeeded);
            Assert.False(run.Claim("b", time.Now).Succeeded);
        }

        Assert.Equal(1, run.Attempt);
    }

    [Fact]
    public void A_worker_that_lost_its_run_cannot_renew_it()
    {
        Assert.True(run.Claim("a", time.Now).Succeeded);
        time.Advance(TrainingRun.LeaseLength + TimeSpan.FromSeconds(1));
        Assert.True(run.Claim("b", time.Now).Succeeded);
        var lease = run.LeaseUntil;
        Assert.False(run.RenewLease("a", time.Now).Succeeded);
        Assert.Equal(lease, run.LeaseUntil);
    }

    [Fact]
    public void The_owner_itself_cannot_claim_twice_under_one_lease()
    {
        Assert.True(run.Claim("a", time.Now).Succeeded);
        Assert.False(run.Claim("a", time.Now).Succeeded);
        Assert.Equal(1, run.Attempt);
    }

    [Fact]
    public void The_start_of_a_run_is_its_first_claim()
    {
        Assert.True(run.Claim("a", time.Now).Succeeded);
        var first = time.Now;
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(run.Claim("b", time.Now).Succeeded);
        Assert.Equal(first, run.StartedAt);
        Assert.Equal(2, run.Attempt);
    }
}
