using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tests.Support;
using FsCheck;
using FsCheck.Xunit;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

public sealed class JobProgressTests
{
    [Fact]
    public void What_an_earlier_attempt_did_counts_as_done_and_not_as_fast()
    {
        var job = new WatchedJob();
        job.Progress.Plan(RunPhase.Training, 100, 1);
        job.Progress.Begin(RunPhase.Training);
        job.Progress.Skip(50);
        job.Steps(10, seconds: 3);
        Assert.Equal(40 * 3, job.Last.SecondsLeft);
        Assert.Equal(0.6, job.Last.Fraction, 9);
    }

    [Fact]
    public void Phases_to_come_are_guessed_at_the_pace_of_what_was_done_since()
    {
        var job = new WatchedJob();
        job.Progress.Plan(RunPhase.Training, 20, 1);
        job.Progress.Plan(RunPhase.Scoring, 10, 0.5);
        job.Progress.Begin(RunPhase.Training);
        job.Progress.Skip(16);
        job.Steps(4, seconds: 2);
        Assert.Equal(10 * 0.5 * 2, job.Last.SecondsLeft);
        job.Progress.Begin(RunPhase.Scoring);
        // Half of the images were scored before as well.
        job.Progress.Skip(5);
        job.Steps(2, seconds: 3);
        Assert.Equal(3 * 3, job.Last.SecondsLeft);
    }

    [Fact]
    public void A_phase_that_was_done_before_is_over_at_once()
    {
        var job = new WatchedJob();
        job.Progress.Plan(RunPhase.Training, 20, 1);
        job.Progress.Plan(RunPhase.Fitting, 4, 1);
        job.Progress.Begin(RunPhase.Training);
        job.Progress.Skip(20);
        job.Progress.Begin(RunPhase.Fitting);
        job.Steps(2, seconds: 5);
        Assert.Equal(2 * 5, job.Last.SecondsLeft);
        Assert.InRange(job.Last.Fraction, 0.9, 0.95);
    }

    [Fact]
    public void A_job_that_goes_on_begins_where_it_was()
    {
        var job = new WatchedJob();
        job.Progress.Plan(RunPhase.Preparing, 1, 0.5);
        job.Progress.Plan(RunPhase.Training, 100, 1, before: 60);
        job.Progress.Begin(RunPhase.Preparing);
        Assert.Equal(60 / 100.5, job.Last.Fraction, 9);
        Assert.Null(job.Last.SecondsLeft);
    }

    [Fact]
    public void What_cannot_be_used_is_not_counted_as_done()
    {
        var job = new WatchedJob();
        job.Progress.Plan(RunPhase.Training, 10, 1, before: 6);
        job.Progress.Begin(RunPhase.Training);
        job.Progress.StartOver();
        job.Steps(2, seconds: 1);
        Assert.Equal(8, job.Last.SecondsLeft);
        Assert.Equal(0.2, job.Last.Fraction, 9);
    }

    [Property]
    public bool It_never_falls_and_ends_at_the_whole(PositiveInt first, PositiveInt second, NonNegativeInt before, NonNegativeInt[] pauses)
    {
        var job = new WatchedJob();
        var skipped = before.Get % (first.Get + 1);
        job.Progress.Plan(RunPhase.Training, first.Get, 1);
        job.Progress.Plan(RunPhase.Scoring, second.Get, 0.1);
        job.Progress.Begin(RunPhase.Training);
        job.Progress.Skip(skipped);
        for (var i = 0; i < first.Get - skipped; i++)
            job.Steps(1, pauses.Length == 0 ? 1 : pauses[i % pauses.Length].Get);
        job.Progress.Begin(RunPhase.Scoring);
        job.Steps(second.Get, seconds: 1);
        job.Progress.Finish();
        var shares = job.Told.Select(said => said.Fraction).ToArray();
        return shares.SequenceEqual(shares.Order()) && shares[^1] == 1 && job.Told.TrueForAll(said => said.SecondsLeft is null or >= 0);
    }

    private sealed class WatchedJob
    {
        private readonly SecondClock clock = new();

        public WatchedJob() => Progress = new JobProgress(
            message =>
            {
                if (message is Progress said)
                    Told.Add(said);
            },
            clock);

        public JobProgress Progress { get; }

        public List<Progress> Told { get; } = [];

        public Progress Last => Told[^1];

        /// <summary>Units that take so many seconds each.</summary>
        public void Steps(int count, long seconds)
        {
            for (var i = 0; i < count; i++)
            {
                clock.Seconds += seconds;
                Progress.Advance();
            }
        }
    }
}
