namespace FewShotAD.TrainingJobs.Benchmark.Report.Plots;

/// <summary>
/// Colours, dashes and type of every figure, in a light and a dark scheme that follows the reader's. The background is explicit, so that
/// contrast does not depend on the page: at least 4.5:1 for text and 3:1 for marks. Arms and classes differ in dash or fill as well as in colour.
/// </summary>
internal static class SvgStyle
{
    public const string Background = "bg";
    public const string Frame = "frame";
    public const string Grid = "grid";
    public const string Diagonal = "chance";
    public const string Title = "title";
    public const string Note = "note";
    public const string PanelTitle = "name";
    public const string Tick = "tick";
    public const string NormalScores = "normal";
    public const string DefectiveScores = "defect";
    public const string NormalFill = "normal-fill";
    public const string DefectiveHatch = "defect-hatch";

    /// <summary>A position of a grid of colours.</summary>
    public const string Position = "cell";

    public const string F0 = "f0";
    public const string F1 = "f1";

    /// <summary>A mean over seeds; together with the class of its arm.</summary>
    public const string MeanLine = "mean";

    /// <summary>One seed; together with the class of its arm.</summary>
    public const string SeedLine = "seed";

    /// <summary>Id of the fill of slanted lines that tells defectives from normals without colour.</summary>
    public const string HatchId = "hatch";

    public static string Of(BenchmarkArm arm) => arm switch
    {
        BenchmarkArm.Untrained => "untrained",
        BenchmarkArm.Plain => "plain",
        BenchmarkArm.Adversarial => "adversarial",
        BenchmarkArm.Baseline => "baseline",
        _ => throw new ArgumentOutOfRangeException(nameof(arm), arm, null),
    };

    public const string Sheet = """
        text { font-family: Roboto, system-ui, sans-serif; font-size: 12px; font-variant-numeric: tabular-nums; fill: #1F2430; }
        .bg { fill: #FFFFFF; }
        .frame { fill: none; stroke: #8A92A0; stroke-width: 1; }
        .grid { fill: none; stroke: #E4E7EC; stroke-width: 1; }
        .chance { fill: none; stroke: #8A92A0; stroke-width: 1; stroke-dasharray: 2 4; }
        .title { font-size: 16px; font-weight: 600; }
        .name { font-weight: 600; }
        .note, .tick { fill: #5A6272; }
        .mean { fill: none; stroke-width: 2.2; stroke-linejoin: round; }
        .seed { fill: none; stroke-width: 0.8; stroke-opacity: 0.45; }
        .untrained { stroke: #6B7280; } .mean.untrained { stroke-dasharray: 2 3; }
        .plain { stroke: #0F766E; } .mean.plain { stroke-dasharray: 8 3; }
        .adversarial { stroke: #4F46E5; }
        .baseline { stroke: #B45309; }
        .normal { stroke: #2563EB; stroke-width: 1.6; } .normal-fill { fill: #2563EB; fill-opacity: 0.22; }
        .defect { stroke: #D9480F; stroke-width: 1.6; stroke-dasharray: 5 2.5; }
        .defect-hatch { stroke: #D9480F; stroke-opacity: 0.6; stroke-width: 1.4; }
        .f0 { fill: none; stroke: #2563EB; stroke-width: 3.8; stroke-linecap: round; stroke-opacity: 0.75; }
        .f1 { fill: none; stroke: #D9480F; stroke-width: 1.2; stroke-opacity: 0.9; }
        .cell { shape-rendering: crispEdges; }
        @media (prefers-color-scheme: dark) {
        text { fill: #E3E6EC; }
        .bg { fill: #1E2126; }
        .frame, .chance { stroke: #848C9A; }
        .grid { stroke: #343943; }
        .note, .tick { fill: #A9B1BF; }
        .untrained { stroke: #9AA3B2; }
        .plain { stroke: #5EEAD4; }
        .adversarial { stroke: #A5B4FC; }
        .baseline { stroke: #FBBF24; }
        .normal { stroke: #7AA7FF; } .normal-fill { fill: #7AA7FF; }
        .defect { stroke: #FF8A5B; } .defect-hatch { stroke: #FF8A5B; }
        .f0 { stroke: #7AA7FF; }
        .f1 { stroke: #FF8A5B; }
        }
        """;
}
