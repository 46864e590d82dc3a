using Bunit;
using Bunit.TestDoubles;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>A page whose scripts fail because it was left says nothing; one that is still open says so.</summary>
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

    private sealed class ScriptedPage(TaskCompletionSource script) : PortalPage
    {
        protected override Task LoadAsync(CancellationToken ct) => Task.CompletedTask;

        protected override Task ScriptAsync(bool firstRender) => firstRender ? script.Task : Task.CompletedTask;
    }
}
