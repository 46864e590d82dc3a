using Bunit;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;
using MudBlazor.Services;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>No state is told by colour alone: each has a word, a picture, and differs from the others.</summary>
public sealed class ChipTests : BunitContext
{
    public ChipTests()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void Every_run_status_has_a_word_and_an_icon_of_its_own() =>
        AssertDistinct(Enum.GetValues<RunStatus>().Select(status =>
            (status.ToString(), Render<RunStatusChip>(p => p.Add(c => c.Status, status)))));

    [Fact]
    public void Every_verdict_has_a_word_and_an_icon_of_its_own() =>
        AssertDistinct(Enum.GetValues<Verdict>().Select(verdict =>
            (verdict.ToString(), Render(VerdictChip.Of(verdict)))));

    private static void AssertDistinct<T>(IEnumerable<(string Word, IRenderedComponent<T> Chip)> chips)
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        var seen = new HashSet<string>();
        foreach (var (word, chip) in chips)
        {
            Assert.Equal(word, chip.Find(".fs-chip").TextContent.Trim());
            var icon = chip.Find(".fs-chip svg").InnerHtml;
            Assert.NotEmpty(icon);
            Assert.True(seen.Add(icon), $"{word} has the icon of another.");
        }
    }
}
