using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FewShotAD.Load.Report;

/// <param name="Wanted">What the figure is held against, in words; null where it is only told.</param>
/// <param name="Kept">Whether it keeps that.</param>
public sealed record Figure(string Name, double Value, string Unit, string? Wanted = null, bool? Kept = null);

/// <summary>What a scenario found out, with everything that a reader needs to doubt it: machine, versions, settings, load.</summary>
public sealed class LoadReport(string scenario, IReadOnlyDictionary<string, string> settings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly List<Figure> figures = [];
    private readonly List<string> notes = [];

    public string Scenario { get; } = scenario;

    public IReadOnlyDictionary<string, string> Machine { get; } = MachineFacts.Read();

    public IReadOnlyDictionary<string, string> Settings { get; } = settings;

    public IReadOnlyList<Figure> Figures => figures;

    public IReadOnlyList<string> Notes => notes;

    public double this[string figure] => figures.Single(f => f.Name == figure).Value;

    public void Add(string name, double value, string unit) => figures.Add(new Figure(name, value, unit));

    public void AtMost(string name, double value, string unit, double limit) =>
        figures.Add(new Figure(name, value, unit, string.Create(CultureInfo.InvariantCulture, $"at most {limit:0.###}"), value <= limit));

    public void AtLeast(string name, double value, string unit, double limit) =>
        figures.Add(new Figure(name, value, unit, string.Create(CultureInfo.InvariantCulture, $"at least {limit:0.###}"), value >= limit));

    public void Times(string name, Percentiles times)
    {
        Add($"{name}, count", times.Count, "");
        Add($"{name}, median", times.At(0.5), "ms");
        Add($"{name}, 95 %", times.At(0.95), "ms");
        Add($"{name}, worst", times.At(1), "ms");
    }

    public void Note(string text) => notes.Add(text);

    public string ToJson() => JsonSerializer.Serialize(
        new { Scenario, Machine, Settings, Figures, Notes, LoadAtEnd = MachineFacts.LoadAverage() }, Json);

    public string ToText()
    {
        var lines = new List<string> { $"== {Scenario}" };
        lines.AddRange(Machine.Concat(Settings).Select(fact => $"  {fact.Key}: {fact.Value}"));
        lines.Add($"  load at the end: {MachineFacts.LoadAverage()}");
        var width = figures.Count == 0 ? 0 : figures.Max(f => f.Name.Length);
        lines.AddRange(figures.Select(f => string.Create(
            CultureInfo.InvariantCulture,
            $"{f.Name.PadRight(width)}  {f.Value,10:0.###} {f.Unit}{(f.Kept is { } kept ? $"  ({f.Wanted}: {(kept ? "kept" : "NOT KEPT")})" : "")}")));
        lines.AddRange(notes.Select(note => $"- {note}"));
        return string.Join('\n', lines);
    }
}
