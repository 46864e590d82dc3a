using Bunit;
using Bunit.TestDoubles;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>A page starts its scripts once. Scripts that fail because it was left say nothing; on a page that is still open they say so.</summary>
public sealed class PortalPageTests : BunitContext
{
    private readonly TaskCompletionSource script = new();

    public PortalPageTests()
    {
        Services.AddSingleton(script);
        Services.AddScoped<OutageNotice>();
        AddAuthorization();
    }

    [Fact]
    public async Task Scripts_that_fail_after_the_page_was_left_are_no_fault()
    {
        var page = Render<ScriptedPage>();
        await page.InvokeAsync(() => page.Instance.DisposeAsync().AsTask());
        script.SetException(new JSException("Cannot read properties of null"));
        await page.InvokeAsync(() => { });
        Assert.False(Renderer.UnhandledException.IsCompleted);
    }

    [Fact]
    public async Task Scripts_that_fail_on_an_open_page_are_a_fault()
    {
        Render<ScriptedPage>();
        script.SetException(new JSException("Cannot read properties of null"));
        var fault = await Renderer.UnhandledException.WaitAsync(TimeSpan.FromSeconds(30), Xunit.TestContext.Current.CancellationToken);
        Assert.IsType<JSException>(fault);
    }

    [Fact]
    public async Task A_page_that_is_drawn_again_while_its_scripts_are_on_their_way_starts_them_once()
    {
        var page = Render<ScriptedPage>();
        await page.InvokeAsync(page.Instance.Draw);
        await page.InvokeAsync(page.Instance.Draw);
        Assert.Equal([true], page.Instance.Runs);
        script.SetResult();
        // What was drawn meanwhile is told of once.
        await page.WaitForAssertionAsync(() => Assert.Equal([true, false], page.Instance.Runs));
        await page.InvokeAsync(page.Instance.Draw);
        Assert.Equal([true, false, false], page.Instance.Runs);
    }

    private sealed class ScriptedPage(TaskCompletionSource script) : PortalPage
    {
        /// <summary>Whether each was for the first time on the page.</summary>
        public List<bool> Runs { get; } = [];

        public void Draw() => StateHasChanged();

        protected override Task LoadAsync(CancellationToken ct) => Task.CompletedTask;

        protected override Task ScriptAsync(bool firstRender)
        {
            Runs.Add(firstRender);
            return firstRender ? script.Task : Task.CompletedTask;
        }
    }
}
