namespace FewShotAD.TestKit;

/// <summary>A clock that stands until a test moves it, so that no test waits for time to pass. Its timers run in real time.</summary>
public sealed class FakeTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = start;

    /// <summary>Starts at an arbitrary fixed instant.</summary>
    public FakeTime()
        : this(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public DateTimeOffset Now
    {
        get
        {
            lock (gate)
                return now;
        }
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public DateTimeOffset Advance(TimeSpan by)
    {
        lock (gate)
            return now += by;
    }
}
