using System.Globalization;
using System.Text;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>A report as text.</summary>
public static class SpeedTable
{
    public static string Of(SpeedReport report)
    {
        var text = new StringBuilder();
        var machine = report.Machine;
        Line(text, $"{machine.Processor}, {machine.Cores} cores, {machine.System}");
        Line(text, $"{machine.Threads} threads on {machine.Device}. {machine.DeviceReason} {machine.Libraries}, code {machine.Code}");
        Line(text, $"Side {report.Side}, {report.Shots} shots, {report.Repeats} rounds.");
        foreach (var backbone in report.Figures.GroupBy(row => row.Backbone))
        {
            Line(text, $"");
            Line(text, $"{backbone.Key,-72}{"ms",12}{"ratio",10}{"peak MB",10}");
            foreach (var row in backbone)
                Line(text, $"{row.What,-72}{row.Value,12:0.0}{row.Ratio,10:0.00}{(row.PeakBytes is { } bytes ? bytes / 1e6 : double.NaN),10:0}");
        }

        Line(text, $"");
        foreach (var target in report.Targets)
        {
            var side = target.AtMost ? "at most" : "at least";
            Line(text, $"{(target.Reached ? "reached" : "MISSED"),-8} {target.Backbone}: {target.What}: {target.Value:0.00} {target.Unit} ({side} {target.Limit:0.0#})");
        }

        Line(text, $"");
        foreach (var note in report.Notes)
            Line(text, $"{note}");
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}
