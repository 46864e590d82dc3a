using System.Globalization;

namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>
/// From blue (0) over a light grey (0.5) to brown (1). The ends differ in blue against yellow, which people with the common
/// colour blindnesses see, and both are darker than the middle, so that distance from 0.5 is there in grey too.
/// </summary>
internal static class AccuracyColour
{
    /// <summary>Odd: 0.5 has a level of its own.</summary>
    public const int Levels = 41;

    private static readonly (double R, double G, double B) Low = (0x1E, 0x5A, 0xB4);
    private static readonly (double R, double G, double B) Middle = (0xEF, 0xEF, 0xEA);
    private static readonly (double R, double G, double B) High = (0x9A, 0x4A, 0x06);

    public static int Level(double accuracy) => (int)Math.Round(Math.Clamp(accuracy, 0, 1) * (Levels - 1));

    public static string Hex(int level)
    {
        var signed = ((double)level / (Levels - 1) * 2) - 1;
        var (end, share) = (signed < 0 ? Low : High, Math.Abs(signed));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Mix(Middle.R, end.R, share):X2}{Mix(Middle.G, end.G, share):X2}{Mix(Middle.B, end.B, share):X2}");
    }

    private static int Mix(double from, double to, double share) => (int)Math.Round(from + ((to - from) * share));
}
