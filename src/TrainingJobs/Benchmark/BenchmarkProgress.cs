namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>How far the benchmark is, and what is left at the pace that was measured. Costs are guesses; only their ratios matter.</summary>
/// <param name="show">Gets the share that is done, the seconds that are left (null before anything was measured) and what is being done.</param>
public sealed class BenchmarkProgress(Action<double, double?, string> show, TimeProvider clock)
{
    private readonly long started = clock.GetTimestamp();
    private double planned;
    private double skipped;
    private double done;

    public void Plan(double cost) => planned += cost;

    /// <summary>Planned, but already there.</summary>
    public void Skip(double cost) => skipped += cost;

    public void Advance(double cost, string what)
    {
        done += cost;
        var left = Math.Max(0, planned - skipped - done);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        show(Math.Min(1, (skipped + done) / Math.Max(planned, 1e-9)), done > 0 ? left * seconds / done : null, what);
    }
}
