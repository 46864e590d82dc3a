using System.Text.RegularExpressions;
using System.Xml.Linq;
using FewShotAD.TestKit;

namespace FewShotAD.Architecture.Tests;

/// <summary>What people read on pages comes from the resources, and all that is in the resources is read (docs/texts.md).</summary>
public partial class TextTests
{
    private static readonly string Portal = Path.Combine(SharedFiles.RepositoryRoot, "src", "Portal");

    /// <summary>Not translated: names, and what is typed or pressed.</summary>
    private static readonly string[] Names = ["FewShotAD", "Authorization: Bearer KEY", "Ctrl+Z", "Enter", "Esc", "Shift", "https://mes.example/hook"];

    [Fact]
    public void No_component_says_anything_of_its_own()
    {
        var said = CompiledMarkup.Texts(typeof(Portal.App).Assembly).Where(text => HasWords(text.Text)).Select(text => $"{text.Component}: {text.Text}").ToList();
        Assert.True(said.Count == 0, $"Put these into the resources of their feature:\n{string.Join('\n', said)}");
    }

    [Fact]
    public void A_scan_that_would_see_nothing_is_noticed() =>
        Assert.Contains(CompiledMarkup.Texts(typeof(Portal.App).Assembly), text => text.Text == "FewShotAD");

    [Fact]
    public void Every_text_is_said_somewhere()
    {
        var code = Sources("*.razor", "*.cs").ToList();
        var used = code.SelectMany(source => Used().Matches(source)).Select(match => $"{match.Groups["file"].Value}.{match.Groups["key"].Value}").ToHashSet();
        // Asked for by MudBlazor.
        used.UnionWith(Texts(Path.Combine(Portal, "Shared", "ControlTexts.resx")).Keys.Select(key => $"ControlTexts.{key}"));
        used.UnionWith(ScriptKeys().Select(key => $"ScriptTexts.{key}"));
        var unused = Neutral().SelectMany(file => Texts(file).Keys.Select(key => $"{Path.GetFileNameWithoutExtension(file)}.{key}")).Where(key => !used.Contains(key)).ToList();
        Assert.True(unused.Count == 0, $"Nobody says these any more:\n{string.Join('\n', unused)}");
    }

    [Fact]
    public void Every_text_of_a_script_exists()
    {
        var texts = Texts(Path.Combine(Portal, "Shared", "ScriptTexts.resx"));
        var keys = ScriptKeys().ToList();
        Assert.True(keys.Count > 100, $"Only {keys.Count} texts are said by scripts.");
        Assert.Empty(keys.Except(texts.Keys));
    }

    /// <summary>Anything that is written in a script with a blank between two words is a text, unless it is a style, a selector or a path.</summary>
    [Fact]
    public void No_script_says_anything_of_its_own()
    {
        var said = Scripts().SelectMany(script => Literal().Matches(Comment().Replace(File.ReadAllText(script), " ")).Select(match => match.Groups["text"].Value)
            .Where(text => Sentence().IsMatch(text) && !Machine().IsMatch(text))
            .Select(text => $"{Path.GetFileName(script)}: {text}"));
        Assert.Equal(Internal, said.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_translation_has_every_text_with_the_same_places_for_values()
    {
        var faults = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Portal, "*Texts.*.resx", SearchOption.AllDirectories))
        {
            var name = Path.GetFileName(file);
            var neutral = Texts(Path.Combine(Path.GetDirectoryName(file)!, $"{name[..name.IndexOf('.', StringComparison.Ordinal)]}.resx"));
            var translated = Texts(file);
            faults.AddRange(neutral.Keys.Except(translated.Keys).Select(key => $"{name} lacks {key}"));
            faults.AddRange(translated.Keys.Except(neutral.Keys).Select(key => $"{name} has {key}, which nobody says"));
            faults.AddRange(neutral.Keys.Intersect(translated.Keys).Where(key => !Places(neutral[key]).SetEquals(Places(translated[key]))).Select(key => $"{name}: {key} has other places for values"));
        }

        Assert.Empty(faults);
    }

    /// <summary>Two texts of one file with the same key would be one.</summary>
    [Fact]
    public void No_key_stands_twice() => Assert.All(Neutral(), file => Assert.NotEmpty(Texts(file)));

    /// <summary>Faults of the program itself, which nobody is shown.</summary>
    private static readonly string[] Internal =
    [
        "anomaly-map.js: An anomaly map of ${height}×${width} cannot be drawn.",
        "anomaly-map.js: An anomaly map of ${height}×${width} does not have ${buffer.byteLength} bytes.",
        "anomaly-map.js: Not an anomaly map of version 1.",
        "fetch-pool.js: No longer wanted",
        "line-scores.js: The scores are cut off.",
        "line-scores.js: These are no scores.",
        "losses-chart.js: The style sheet of the plots is missing.",
        "stage-loader.js: No longer wanted",
        "texts.js: There is no text ${key}.",
    ];

    private static bool HasWords(string text)
    {
        foreach (var name in Names)
            text = text.Replace(name, "", StringComparison.Ordinal);
        return Word().IsMatch(text);
    }

    private static IEnumerable<string> Neutral() => Directory.EnumerateFiles(Portal, "*Texts.resx", SearchOption.AllDirectories);

    private static Dictionary<string, string> Texts(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(match => match.Value)];

    private static IEnumerable<string> Sources(params string[] patterns) =>
        patterns.SelectMany(pattern => Directory.EnumerateFiles(Portal, pattern, SearchOption.AllDirectories)).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText);

    private static IEnumerable<string> Scripts() => Directory.EnumerateFiles(Path.Combine(Portal, "wwwroot", "js"), "*.js");

    private static IEnumerable<string> ScriptKeys() => Scripts().Select(File.ReadAllText).SelectMany(script =>
        Say().Matches(script).Select(match => match.Groups["key"].Value)
            .Concat(Many().Matches(script).SelectMany(match => new[] { match.Groups["one"].Value, match.Groups["many"].Value }))).Distinct();

    [GeneratedRegex(@"\b(?<file>[A-Z]\w*Texts)\.(?<key>\w+)")]
    private static partial Regex Used();

    [GeneratedRegex(@"\bsay\('(?<key>\w+)'")]
    private static partial Regex Say();

    [GeneratedRegex(@"\bmany\([^']*'(?<one>\w+)', '(?<many>\w+)'")]
    private static partial Regex Many();

    [GeneratedRegex(@"\{(\d+|part)")]
    private static partial Regex Place();

    [GeneratedRegex(@"\p{L}{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"/\*.*?\*/|(?<=^|\s)//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?<quote>['""`])(?<text>(?:\\.|(?!\k<quote>)[^\\\n])*)\k<quote>")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^\W*\p{Lu}.*\p{L}\.? (?:\p{L}|\$\{)|\p{Ll} \p{Ll}+ \p{Ll}")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^M\d|^M\$|px|rgb|fs-|\[data-|\[role|Shift\+|SameSite|sans-serif|prefers-|PgUp PgDn")]
    private static partial Regex Machine();
}
