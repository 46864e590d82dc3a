using FewShotAD.Domain.Training;
using static FewShotAD.Domain.Training.WorkerMessage;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>
/// How far a job is and how long it still takes. Every phase has units of work with a guessed cost; what was measured replaces the
/// guess, and scales the guesses of the phases to come. There is no estimate before something was measured.
/// </summary>
public sealed class JobProgress(Action<WorkerMessage> report, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly List<Part> parts = [];
    private readonly long started = clock.GetTimestamp();
    private Part? current;
    private double highest;
    private long lastReport;

    /// <summary>Announces work to come.</summary>
    /// <param name="guess">Seconds per unit on two processor cores; only the ratios between phases matter.</param>
    /// <param name="before">Units that an earlier attempt has done, see <see cref="Skip"/>.</param>
    public void Plan(RunPhase phase, int units, double guess, int before = 0) => parts.Add(new Part(phase, units, guess) { Skipped = before });

    public void Begin(RunPhase phase)
    {
        Close();
        current = parts.Find(part => part.Phase == phase);
        if (current is not null)
            current.Begun = clock.GetTimestamp();
        report(new PhaseChanged(phase));
        Tell(always: true);
    }

    public void Advance(int units = 1)
    {
        if (current is null)
            return;
        current.Done += units;
        Tell(always: current.Open == 0);
    }

    /// <summary>Units that an earlier attempt has done: they count for how far the job is, and say nothing about its pace.</summary>
    public void Skip(int units)
    {
        if (current is not null)
            current.Skipped += units;
    }

    /// <summary>What an earlier attempt has done of this phase is of no use: all of it has to be done again.</summary>
    public void StartOver()
    {
        if (current is not null)
            current.Skipped = 0;
        highest = 0;
    }

    public void Finish()
    {
        Close();
        highest = 1;
        report(new Progress(1, 0));
    }

    private void Close()
    {
        if (current is null)
            return;
        current.Seconds = clock.GetElapsedTime(current.Begun).TotalSeconds;
        current.Done = current.Units - current.Skipped;
        current.Closed = true;
        current = null;
    }

    private void Tell(bool always)
    {
        if (!always && clock.GetElapsedTime(lastReport) < Pause)
            return;
        lastReport = clock.GetTimestamp();
        var (guessed, measured) = (0.0, 0.0);
        foreach (var part in parts.Where(part => part.Done > 0))
        {
            guessed += part.Done * part.Guess;
            measured += part.Closed ? part.Seconds : clock.GetElapsedTime(part.Begun).TotalSeconds;
        }

        var pace = guessed > 0 ? measured / guessed : 1;
        var left = parts.Where(part => !part.Closed).Sum(part => part.Open * Each(part, pace));
        var behind = clock.GetElapsedTime(started).TotalSeconds + parts.Sum(part => part.Skipped * Each(part, pace));
        highest = Math.Clamp(Math.Max(highest, behind / Math.Max(behind + left, 1e-9)), 0, 1);
        report(new Progress(highest, guessed > 0 ? left : null));
    }

    /// <summary>Seconds per unit.</summary>
    private double Each(Part part, double pace)
    {
        // Two units tell more about the third than any guess does.
        if (part.Done < 2)
            return part.Guess * pace;
        return (part.Closed ? part.Seconds : clock.GetElapsedTime(part.Begun).TotalSeconds) / part.Done;
    }

    private sealed class Part(RunPhase phase, int units, double guess)
    {
        public RunPhase Phase { get; } = phase;

        public int Units { get; } = units;

        public double Guess { get; } = guess;

        public int Done { get; set; }

        public int Skipped { get; set; }

        public int Open => Math.Max(0, Units - Skipped - Done);

        public long Begun { get; set; }

        public double Seconds { get; set; }

        public bool Closed { get; set; }
    }
}
