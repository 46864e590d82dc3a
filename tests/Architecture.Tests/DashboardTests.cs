using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Architecture.Tests;

/// <summary>What the dashboard asks for is what the program measures, by the names that a Prometheus gives to what comes by OTLP.</summary>
public sealed partial class DashboardTests
{
    private const int Columns = 24;

    /// <summary>Of the framework: name, unit, what it is. The portal's tests see that it has them.</summary>
    private static readonly (string Name, string Unit, Type Kind)[] OfTheFramework =
    [
        ("http.server.request.duration", "s", typeof(Histogram<>)), ("aspnetcore.components.circuit.active", "{circuit}", typeof(UpDownCounter<>)),
    ];

    /// <summary>What Prometheus and the framework add to our own.</summary>
    private static readonly string[] OtherLabels = ["le", "job", "instance", "http_route", "http_response_status_code"];

    private static readonly JsonElement Board = JsonDocument.Parse(File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "infra", "grafana", "fewshotad.json"))).RootElement;

    private static readonly List<(string Name, string Unit, Type Kind)> Ours = FindOurs();

    [Fact]
    public void Every_metric_that_is_asked_for_is_measured()
    {
        var known = Ours.Concat(OfTheFramework).SelectMany(Series).ToHashSet();
        var asked = Queries().SelectMany(Metrics).Distinct().ToList();
        Assert.True(asked.Count >= 15, $"Only {asked.Count} metrics were found in the dashboard.");
        Assert.Empty(asked.Except(known));
    }

    [Fact]
    public void Every_label_that_is_asked_for_is_an_attribute()
    {
        var attributes = typeof(Instruments).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => ((string)f.GetRawConstantValue()!).Replace('.', '_'));
        var known = attributes.Concat(OtherLabels).ToHashSet();
        var asked = Queries().SelectMany(Labels).Distinct().ToList();
        Assert.True(asked.Count >= 8, $"Only {asked.Count} labels were found in the dashboard.");
        Assert.Empty(asked.Except(known));
    }

    [Fact]
    public void Every_instrument_of_ours_is_shown_and_explained()
    {
        Assert.True(Ours.Count >= 15, $"Only {Ours.Count} instruments were found.");
        var asked = Queries().SelectMany(Metrics).ToHashSet();
        Assert.Empty(Ours.Where(instrument => !Series(instrument).Any(asked.Contains)).Select(instrument => instrument.Name));
        var operations = File.ReadAllText(Path.Combine(SharedFiles.RepositoryRoot, "docs", "operations.md"));
        Assert.Empty(Ours.Where(i => !operations.Contains($"| `{i.Name}` | {i.Unit} |", StringComparison.Ordinal)).Select(i => $"| `{i.Name}` | {i.Unit} |"));
    }

    [Fact]
    public void Panels_lie_beside_each_other_and_each_asks_for_something()
    {
        var panels = Board.GetProperty("panels").EnumerateArray().ToList();
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = new Dictionary<(int X, int Y), string>();
        foreach (var panel in panels)
        {
            var (title, place) = (panel.GetProperty("title").GetString()!, panel.GetProperty("gridPos"));
            var (x, y, w, h) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32(), place.GetProperty("w").GetInt32(), place.GetProperty("h").GetInt32());
            Assert.True(x >= 0 && w > 0 && h > 0 && x + w <= Columns, title);
            foreach (var cell in Enumerable.Range(x, w).SelectMany(column => Enumerable.Range(y, h).Select(row => (column, row))))
                Assert.True(taken.TryAdd(cell, title), $"“{title}” lies on “{taken.GetValueOrDefault(cell)}”.");
            if (panel.GetProperty("type").GetString() != "row")
                Assert.NotEmpty(panel.GetProperty("targets").EnumerateArray());
        }
    }

    [Theory]
    [InlineData("sum by (le) (rate(a_bucket{job=\"x\"}[5m])) / max(b_total) > 0.5", "a_bucket,b_total", "job,le")]
    [InlineData("histogram_quantile(0.95, sum by (le, kind) (rate(c_seconds_bucket{job=~\"$job\", code!=\"a b\"}[$__rate_interval])))", "c_seconds_bucket", "code,job,kind,le")]
    public void A_query_is_read_for_its_metrics_and_labels(string query, string metrics, string labels) =>
        Assert.Equal((metrics, labels), (string.Join(',', Metrics(query)), string.Join(',', Labels(query).Order())));

    [Fact]
    public void Names_are_translated_as_a_collector_does()
    {
        Assert.Equal(["a_b_seconds_bucket", "a_b_seconds_count", "a_b_seconds_sum"], Series(("a.b", "s", typeof(Histogram<>))).Order());
        Assert.Equal(["a_bytes_total"], Series(("a", "By", typeof(Counter<>))));
        Assert.Equal(["a"], Series(("a", "{run}", typeof(ObservableGauge<>))));
        Assert.Equal(["a_ratio"], Series(("a", "1", typeof(ObservableGauge<>))));
    }

    private static List<(string Name, string Unit, Type Kind)> FindOurs()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        _ = new Instruments(meters, new QueueLevels(null!, TimeProvider.System), new GraphicsCards(""));
        using var measured = new Measured(meters, Instruments.Meter);
        return [.. measured.Instruments.Select(instrument => (instrument.Name, instrument.Unit ?? "", instrument.GetType().GetGenericTypeDefinition()))];
    }

    private static IEnumerable<string> Series((string Name, string Unit, Type Kind) instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" => instrument.Kind == typeof(ObservableGauge<>) ? "_ratio" : "",
            ['{', ..] => "",
            var other => throw new InvalidOperationException($"How {other} is translated is not known here."),
        };
        var name = instrument.Name.Replace('.', '_') + unit;
        if (instrument.Kind == typeof(Histogram<>))
            return [name + "_bucket", name + "_sum", name + "_count"];
        return [instrument.Kind == typeof(Counter<>) ? name + "_total" : name];
    }

    private static IEnumerable<string> Queries() =>
    [
        .. Board.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!),
        .. Board.GetProperty("templating").GetProperty("list").EnumerateArray().Where(variable => variable.TryGetProperty("definition", out _))
            .Select(variable => VariableLabel().Replace(variable.GetProperty("definition").GetString()!, ")")),
    ];

    private static IEnumerable<string> Metrics(string query) => Name().Matches(Grouping().Replace(Range().Replace(Matchers().Replace(query, " "), " "), " "))
        .Where(match => !match.Groups["call"].Success).Select(match => match.Groups["name"].Value);

    private static IEnumerable<string> Labels(string query) => Matchers().Matches(query).SelectMany(matchers => Matcher().Matches(matchers.Value).Select(m => m.Groups["name"].Value))
        .Concat(Grouping().Matches(query).SelectMany(group => group.Groups["labels"].Value.Split(',', StringSplitOptions.TrimEntries)));

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Matchers();

    [GeneratedRegex("(?<name>[a-zA-Z_]+)\\s*(?:=~|!~|!=|=)\\s*\"")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\((?<labels>[^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"(?<![\w.$])(?<name>[a-zA-Z_:][\w:]*)(?<call>\s*\()?")]
    private static partial Regex Name();

    /// <summary>Which label's values a variable has.</summary>
    [GeneratedRegex(@",\s*\w+\)$")]
    private static partial Regex VariableLabel();
}
