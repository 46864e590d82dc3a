using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Models;

/// <summary>The life of a batch: who holds it, how far it is, and that it ends once.</summary>
public sealed class ScoringBatchTests
{
    private static DateTimeOffset Now => Given.Start;

    [Fact]
    public void Images_are_counted_by_who_holds_it_and_by_nobody_else()
    {
        var batch = Batch(10);
        Assert.True(batch.Claim("a", Now).Succeeded);
        Assert.False(batch.Claim("b", Now).Succeeded);
        Assert.True(batch.Advance(1, 7, 1, Now).Succeeded);
        Assert.Equal((8, 7, 1), (batch.Done, batch.Scored, batch.Skipped));
        var later = Now + TrainingRun.LeaseLength + TimeSpan.FromSeconds(1);
        Assert.True(batch.Claim("a", later).Succeeded);
        Assert.False(batch.Advance(1, 2, 0, later).Succeeded); // the first attempt woke up again
        Assert.True(batch.Advance(2, 2, 0, later).Succeeded);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Advance(2, 1, 0, later));
        Assert.True(batch.Finish(RunStatus.Succeeded, null, later).Succeeded);
        Assert.True(batch.IsOver);
        Assert.False(batch.Finish(RunStatus.Failed, "late", later).Succeeded);
        Assert.False(batch.RequestCancel(later).Succeeded);
    }

    [Fact]
    public void A_waiting_batch_is_cancelled_at_once_and_a_running_one_when_its_node_lets_go()
    {
        var waiting = Batch(1);
        Assert.True(waiting.RequestCancel(Now).Succeeded);
        Assert.Equal((RunStatus.Cancelled, Now), (waiting.Status, waiting.EndedAt));
        var running = Batch(1);
        Assert.True(running.Claim("a", Now).Succeeded);
        Assert.True(running.RequestCancel(Now).Succeeded);
        Assert.Equal(RunStatus.Running, running.Status);
        Assert.True(running.Requeue(Now).Succeeded);
        Assert.Equal(RunStatus.Cancelled, running.Status);
    }

    [Fact]
    public void A_node_that_stops_leaves_what_is_done()
    {
        var batch = Batch(3);
        Assert.True(batch.Claim("a", Now).Succeeded);
        Assert.True(batch.Advance(1, 2, 0, Now).Succeeded);
        Assert.True(batch.Requeue(Now).Succeeded);
        Assert.Equal((RunStatus.Queued, 2, null), (batch.Status, batch.Done, batch.ClaimedBy));
    }

    [Fact]
    public void Nothing_and_too_much_are_refused()
    {
        Assert.IsType<NothingToScore>(ScoringBatch.Queue(Model(), [], Given.Person, Now).Error);
        Assert.IsType<TooManyToScore>(ScoringBatch.Queue(Model(), new ImageId[ScoringBatch.MaxImages + 1], Given.Person, Now).Error);
    }

    private static TrainedModel Model() =>
        TrainedModel.Create(Given.RunIn(RunStatus.Succeeded), 1, Given.Blob(BlobKind.Model), 1, Given.Hash(), new Calibration(1, 2, 0, 0, 1), Now);

    private static ScoringBatch Batch(int images) =>
        ScoringBatch.Queue(Model(), [.. Enumerable.Range(0, images).Select(_ => new ImageId(Guid.NewGuid()))], Given.Person, Now).Value;
}
