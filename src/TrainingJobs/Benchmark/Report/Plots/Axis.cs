using System.Globalization;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>A linear scale from values to pixels with round ticks.</summary>
/// <param name="Low">Value at <paramref name="From"/>.</param>
/// <param name="High">Value at <paramref name="To"/>; above <paramref name="Low"/>.</param>
/// <param name="From">Pixel; above <paramref name="To"/> for an axis that grows upwards.</param>
internal sealed record Axis(double Low, double High, double From, double To)
{
    /// <summary>An axis that holds all values with a little room at both ends; values that are all equal lie in its middle.</summary>
    public static Axis Around(IEnumerable<double> values, double from, double to)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            return new Axis(0, 1, from, to);
        // Values that differ in their last digits count as equal: ticks between them would all be the same number.
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        var room = high - low > largest * 1e-9 ? (high - low) * 0.04 : Math.Max(largest, 1) * 0.5;
        return new Axis(low - room, high + room, from, to);
    }

    public double At(double value) => From + ((value - Low) / (High - Low) * (To - From));

    /// <summary>Multiples of 1, 2 or 5 times a power of ten inside the axis.</summary>
    /// <param name="most">At most about as many.</param>
    public IReadOnlyList<(double Value, string Label)> Ticks(int most = 5)
    {
        var raw = (High - Low) / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = power * ((raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var ticks = new List<(double, string)>();
        // Counted, not added up: 0.1 + 0.1 + 0.1 is not 0.3. A little more than the end, which rounding may have moved.
        for (var i = Math.Ceiling((Low / step) - 1e-9); i * step <= High + (step * 1e-9); i++)
            ticks.Add((i * step, Label(i * step, step)));
        return ticks;
    }

    private static string Label(double value, double step)
    {
        var places = (int)Math.Max(0, -Math.Floor(Math.Log10(step) + 1e-9));
        return places > 4 || Math.Abs(value) >= 1e6
            ? value.ToString("0.##e0", CultureInfo.InvariantCulture)
            : (value == 0 ? 0 : value).ToString("F" + places, CultureInfo.InvariantCulture);
    }
}
