using System.Text.Json;
using FewShotAD.Load;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>The load generator at its smallest: it speaks what the portal speaks, and what it says of it adds up.</summary>
public sealed class LoadTests
{
    [Fact]
    public async Task Circuits_open_click_and_close()
    {
        var figures = await RunAsync("circuits", "--count", "6", "--seconds", "6", "--pause", "1", "--images", "6");
        Assert.Equal(0, figures["circuits that failed"]);
        Assert.True(figures["click to the last batch of it, count"] >= 6, "Nobody clicked.");
        Assert.True(figures["managed heap after opening"] > 1, "The heap was not measured.");
    }

    [Fact]
    public async Task Pictures_are_uploaded()
    {
        var figures = await RunAsync("uploads", "--count", "24", "--side", "200");
        Assert.Equal(0, figures["pictures that were not added"]);
        Assert.Equal(16, figures["an upload, count"]);
    }

    [Fact]
    public async Task Reviewers_share_a_queue()
    {
        var figures = await RunAsync("review", "--images", "12", "--reviewers", "3", "--second", "50");
        Assert.Equal((0, 0, 0), (figures["images decided twice"], figures["images without a verdict"], figures["images held by two at once"]));
        Assert.Equal(12 + figures["images with a second verdict"], figures["a verdict, count"] - figures["verdicts refused, since somebody else was first"]);
    }

    [Theory]
    [InlineData("is not on this machine", "circuits", "--url", "http://192.0.2.1:5080")]
    [InlineData("--count goes from 1 to 1000", "circuits", "--count", "1001")]
    [InlineData("--seconds goes from 1 to 900", "circuits", "--seconds", "901")]
    [InlineData("--count goes from 1 to 5000", "uploads", "--count", "0")]
    public async Task What_is_elsewhere_or_without_bounds_is_refused(string says, params string[] arguments)
    {
        using var said = new StringWriter();
        Assert.NotEqual(0, await LoadProgram.RunAsync(arguments, said, TestContext.Current.CancellationToken));
        Assert.Contains(says, said.ToString(), StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, double>> RunAsync(params string[] arguments)
    {
        using var said = new StringWriter();
        var code = await LoadProgram.RunAsync([.. arguments, "--json"], said, TestContext.Current.CancellationToken);
        Assert.True(code == 0, said.ToString());
        using var report = JsonDocument.Parse(said.ToString());
        Assert.Contains("cores", report.RootElement.GetProperty("machine").GetProperty("machine").GetString(), StringComparison.Ordinal);
        var figures = new Dictionary<string, double>();
        foreach (var figure in report.RootElement.GetProperty("figures").EnumerateArray())
        {
            if (figure.GetProperty("value").ValueKind == JsonValueKind.Number)
                figures[figure.GetProperty("name").GetString()!] = figure.GetProperty("value").GetDouble();
        }

        return figures;
    }
}
