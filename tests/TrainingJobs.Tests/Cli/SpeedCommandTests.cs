using System.Diagnostics;
using System.Text.Json;

namespace FewShotAD.TrainingJobs.Tests.Cli;

/// <summary>Names, units and ratios of <c>fewshotad speed</c>; a time is never asserted.</summary>
public sealed class SpeedCommandTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Json_has_every_figure_as_time_and_ratio_and_the_machine()
    {
        var (code, output) = await Run("--backbone", "mobilenet_v2", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var machine = json.RootElement.GetProperty("machine");
        Assert.NotEqual("", machine.GetProperty("processor").GetString());
        Assert.Equal(1, machine.GetProperty("threads").GetInt32());
        Assert.Contains("TorchSharp", machine.GetProperty("libraries").GetString(), StringComparison.Ordinal);
        Assert.All((string[])["device", "deviceReason", "code", "system"], name => Assert.NotEqual("", machine.GetProperty(name).GetString()));

        var figures = json.RootElement.GetProperty("figures").EnumerateArray().ToDictionary(figure => figure.GetProperty("name").GetString()!);
        string[] names =
        [
            "backbone.forward.8", "backbone.forward.1", "regad.score.8", "regad.after_backbone.8", "regad.transformers.8", "regad.warps.8",
            "regad.distances.8", "regad.maps.8", "regad.image_scores.8", "regad.fit.features", "regad.fit.statistics", "regad.test.fast",
            "regad.test.official", "regad.train.plain", "regad.train.adversarial", "uniad.train.plain", "uniad.train.adversarial", "uniad.score.8",
            "patchcore.fit.features", "patchcore.fit.coreset", "patchcore.score.8",
        ];
        Assert.Equal(names.Order(StringComparer.Ordinal), figures.Keys.Order(StringComparer.Ordinal));
        var forward = figures["backbone.forward.8"].GetProperty("value").GetDouble();
        Assert.All(figures.Values, figure =>
        {
            Assert.Equal("ms", figure.GetProperty("unit").GetString());
            Assert.Equal("mobilenet_v2", figure.GetProperty("backbone").GetString());
            // One round: the ratio is that of the two times.
            var ratio = figure.GetProperty("ratio").GetDouble();
            Assert.Equal(figure.GetProperty("value").GetDouble() / forward, ratio, ratio * 1e-9);
            Assert.True(figure.GetProperty("value").GetDouble() > 0);
        });
        // 16×16 positions at side 64, of which 64 are run.
        Assert.Equal(4, figures["regad.test.official"].GetProperty("scale").GetDouble());
        var targets = json.RootElement.GetProperty("targets").EnumerateArray().ToArray();
        Assert.Contains(targets, target => target.GetProperty("name").GetString() == "score.added");
        Assert.All(targets, target => Assert.Equal(
            target.GetProperty("atMost").GetBoolean()
                ? target.GetProperty("value").GetDouble() <= target.GetProperty("limit").GetDouble()
                : target.GetProperty("value").GetDouble() >= target.GetProperty("limit").GetDouble(),
            target.GetProperty("reached").GetBoolean()));
        Assert.Contains(json.RootElement.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("random", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_can_be_asked_for_and_comes_as_a_table()
    {
        var (code, output) = await Run("--backbone", "resnet18", "--only", "regad.test.");
        Assert.Equal(0, code);
        Assert.Contains("backbone forward, 8 images", output, StringComparison.Ordinal);
        Assert.Contains("times faster than the official way", output, StringComparison.Ordinal);
        Assert.Contains("sampled", output, StringComparison.Ordinal);
        Assert.DoesNotContain("PatchCore", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--backbone", "unheard_of")]
    [InlineData("--repeats", "0")]
    [InlineData("--side", "65")]
    [InlineData("--shots", "1")]
    public async Task Bad_options_give_a_failure(string option, string value)
    {
        var (code, output) = await Run(option, value);
        Assert.NotEqual(0, code);
        Assert.Equal("", output);
    }

    private static async Task<(int Code, string Output)> Run(params string[] arguments)
    {
        string[] small = ["--side", "64", "--shots", "2", "--repeats", "1", "--threads", "1", "--device", "cpu"];
        for (var i = 0; i < small.Length; i += 2)
        {
            if (!arguments.Contains(small[i]))
                arguments = [.. arguments, small[i], small[i + 1]];
        }

        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "fewshotad.dll"), "speed", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(patience.Token);
        var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        await error;
        return (process.ExitCode, output);
    }
}
