namespace FewShotAD.Load.Report;

/// <summary>Times of many like things, collected from many threads; the nearest rank says where a share of them ends.</summary>
public sealed class Percentiles
{
    private readonly Lock gate = new();
    private readonly List<double> values = [];

    public int Count
    {
        get
        {
            lock (gate)
                return values.Count;
        }
    }

    public double Sum
    {
        get
        {
            lock (gate)
                return values.Sum();
        }
    }

    public void Add(double value)
    {
        lock (gate)
            values.Add(value);
    }

    public void Add(TimeSpan time) => Add(time.TotalMilliseconds);

    /// <param name="share">0.95 for the value that 95 % do not exceed.</param>
    /// <returns>NaN while there are none.</returns>
    public double At(double share)
    {
        lock (gate)
        {
            if (values.Count == 0)
                return double.NaN;
            values.Sort();
            return values[Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)];
        }
    }
}
