namespace FewShotAD.TrainingJobs.Speed;

/// <summary>Something whose time is taken.</summary>
/// <param name="Name">Stable, for machines: lower case with dots.</param>
/// <param name="What">For people.</param>
/// <param name="Run">Leaves no tensor behind; runs inside a dispose scope of its own.</param>
/// <param name="Turns">Runs in a round. Short work takes several, of which the median counts: one alone may fall on another program's moment.</param>
public sealed record SpeedItem(string Name, string What, Action<CancellationToken> Run, int Turns = 1)
{
    public const int Often = 5;
}

/// <summary>Names of the items that a target or a ratio refers to.</summary>
public static class SpeedNames
{
    public const string Forward = "backbone.forward.8";
    public const string Score = "regad.score.8";
    public const string AfterBackbone = "regad.after_backbone.8";
    public const string FitFeatures = "regad.fit.features";
    public const string FitStatistics = "regad.fit.statistics";
    public const string FastTest = "regad.test.fast";
    public const string OfficialTest = "regad.test.official";
}

/// <summary>An item's figures.</summary>
/// <param name="Milliseconds">Of every round, in order: rounds of different items pair up.</param>
/// <param name="Scale">By what the measured time was multiplied, where only a sample was run; 1 otherwise.</param>
/// <param name="PeakBytes">How far the process grew above what it held before, in a run of its own; null where the system does not tell.</param>
public sealed record SpeedFigure(string Name, string What, IReadOnlyList<double> Milliseconds, double Scale, long? PeakBytes)
{
    public double Median => MedianOf(Milliseconds);

    public static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
