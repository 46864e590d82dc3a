using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Infrastructure.Tests.Jobs;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;

namespace FewShotAD.Infrastructure.Tests.Telemetry;

/// <summary>What runs of the real queue leave in metrics and traces.</summary>
public sealed class RunTelemetryTests
{
    private const string RegAd = "fewshotad.run.method=regad";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_tell_how_long_they_waited_and_took_by_method_device_and_outcome_and_what_was_in_their_way()
    {
        using var spans = new Heard();
        await using var bench = await JobBench.OpenAsync(Ct);
        var measured = new Measured(bench.Installation.Get<IMeterFactory>(), Instruments.Meter);
        var queued = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2);
        var well = await bench.Team.RunAsync(Ct, 1, at: queued);
        bench.Script(
        [
            FakeWorker.Started(), FakeWorker.Say(new WorkerMessage.PhaseChanged(RunPhase.Training)), FakeWorker.Say(new WorkerMessage.PhaseChanged(RunPhase.Scoring)),
            .. FakeWorker.Results(bench.Team), FakeWorker.Done,
        ]);
        await bench.Installation.WorkAsync(well, Ct);
        var badly = await bench.Team.RunAsync(Ct, 2, at: queued);
        bench.Script([FakeWorker.Say(new WorkerMessage.PhaseChanged(RunPhase.Training)), "kill -9 $$"]);
        await bench.Installation.WorkAsync(badly, Ct);
        await bench.Installation.ChangeAsync(badly, r => r.Resume(TimeProvider.System.GetUtcNow()), Ct);
        bench.Script([FakeWorker.Started(), FakeWorker.Say(new WorkerMessage.Failed("No.", null)), "exit 1"]);
        await bench.Installation.WorkAsync(badly, Ct);
        measured.Dispose();

        var waits = measured.Of("fewshotad.run.wait");
        Assert.All(waits, wait => Assert.Equal(RegAd, wait.Tags));
        Assert.Equal([true, true, false], waits.Select(wait => wait.Value >= 120)); // the last one since it was resumed
        var (cpu, unknown) = ("fewshotad.device.kind=cpu", "fewshotad.device.kind=unknown");
        Assert.Equal(
            [$"{RegAd},{cpu},fewshotad.outcome=succeeded", $"{RegAd},{unknown},fewshotad.outcome=failed", $"{RegAd},{cpu},fewshotad.outcome=failed"],
            measured.TagsOf("fewshotad.run.duration"));
        Assert.All(measured.Of("fewshotad.run.duration"), run => Assert.InRange(run.Value, double.Epsilon, 120));
        Assert.Equal(
            [$"{RegAd},{cpu},fewshotad.run.phase=training", $"{RegAd},{cpu},fewshotad.run.phase=scoring"], measured.TagsOf("fewshotad.run.phase.duration"));
        Assert.Equal([$"{RegAd},error.type=process.signal_9", $"{RegAd},error.type=program.said"], measured.TagsOf("fewshotad.run.failures"));
        Assert.Equal(bench.Team.Test.Count, measured.Of("fewshotad.score.images").Sum(scored => scored.Value));
        Assert.All(measured.TagsOf("fewshotad.score.images"), tags => Assert.Equal("fewshotad.score.use=run", tags));

        // Other tests of this process leave spans as well.
        var (ours, tenant) = (spans.All.Where(span => Equals(span.GetTagItem(Spans.Tenant), $"{bench.Team.Tenant}")).ToList(), $"{bench.Team.Tenant}");
        Assert.Equal([$"{well.Id}", $"{badly.Id}", $"{badly.Id}"], ours.Select(span => $"{span.GetTagItem(Spans.Run)}"));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Error], ours.Select(span => span.Status));
        Assert.Equal([1, 1, 2], ours.Select(span => span.GetTagItem("fewshotad.run.attempt")).Cast<int>());
        Assert.DoesNotContain(measured.All, point => point.Tags.Contains(tenant, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_queue_is_as_long_as_the_rows_say_and_is_told_to_nobody_when_it_cannot_be_read()
    {
        var time = new ManualTime();
        await using var installation = await Installation.CreateAsync(time: time);
        using var measured = new Measured(installation.Get<IMeterFactory>(), Instruments.Meter);
        var levels = installation.Get<QueueLevels>();
        Assert.True(installation.Get<Instruments>().QueueIsWatched);
        Assert.Empty(measured.Look("fewshotad.queue.length"));
        await levels.ReadAsync(Ct);
        Assert.Equal([0, 0, 0], measured.Look("fewshotad.queue.length").Select(level => level.Value));
        Assert.Equal([0], measured.Look("fewshotad.queue.oldest_wait").Select(level => level.Value));

        var now = time.GetUtcNow();
        foreach (var name in new[] { "One", "Two" })
        {
            var team = await Team.CreateAsync(installation, Ct, name);
            await team.RunAsync(Ct, 1, at: now - TimeSpan.FromMinutes(name == "One" ? 5 : 9));
            await team.RunAsync(Ct, 2, at: now);
            await team.RunAsync(Ct, 3, run => Assert.True(run.Claim("a node", now).Succeeded), at: now - TimeSpan.FromHours(1));
            await team.RunAsync(Ct, 4, run => Assert.True(run.RequestCancel(now).Succeeded), at: now - TimeSpan.FromHours(2));
            if (name == "Two")
                await team.RunAsync(Ct, 5, run => Assert.True(run.RequestPause(now).Succeeded), at: now - TimeSpan.FromHours(3));
        }

        await levels.ReadAsync(Ct);
        Assert.Equal(
            [("fewshotad.run.state=queued", 4.0), ("fewshotad.run.state=running", 2), ("fewshotad.run.state=paused", 1)],
            measured.Look("fewshotad.queue.length").Select(level => (level.Tags, level.Value)));
        Assert.InRange(Assert.Single(measured.Look("fewshotad.queue.oldest_wait")).Value, 540, 600);
        time.Offset += TimeSpan.FromMinutes(2);
        Assert.Empty(measured.Look("fewshotad.queue.length"));
        Assert.Empty(measured.Look("fewshotad.queue.oldest_wait"));
    }

    [Fact]
    public async Task The_request_that_queues_a_run_can_be_found_by_the_run()
    {
        using var spans = new Heard();
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        using var request = Spans.Begin("a request", bench.Team.Tenant);
        bench.Installation.Queue.Enqueue(bench.Team.Tenant, run.Id);
        Assert.Equal($"{run.Id}", request!.GetTagItem(Spans.Run));
    }

    /// <summary>Spans of ours, once they are over.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly ConcurrentQueue<Activity> spans = new();
        private readonly ActivityListener listener;

        public Heard()
        {
            listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == Spans.Name,
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = spans.Enqueue,
            };
            ActivitySource.AddActivityListener(listener);
        }

        public IReadOnlyCollection<Activity> All => spans;

        public void Dispose() => listener.Dispose();
    }
}
