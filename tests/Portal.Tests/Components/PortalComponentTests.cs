using System.Net.Sockets;
using System.Reflection;
using Bunit;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Layout;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Npgsql;

namespace FewShotAD.Portal.Tests.Components;

/// <summary>An outage ends no page and loses nothing of it; any other fault is one.</summary>
public sealed class PortalComponentTests : BunitContext
{
    private readonly BunitJSModuleInterop script;
    private readonly Supply supply = new();

    public PortalComponentTests()
    {
        Services.AddMudServices();
        Services.AddScoped<OutageNotice>();
        Services.AddSingleton(supply);
        JSInterop.Mode = JSRuntimeMode.Loose;
        script = JSInterop.SetupModule("/js/outage.js");
        script.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public async Task What_could_not_be_read_at_first_is_read_when_it_is_over()
    {
        supply.Fault = Away;
        var part = Render<Part>();
        part.WaitForAssertion(() => Assert.Equal(("database", false), Told()));
        Assert.Equal("nothing yet", part.Find("p").TextContent);

        supply.Fault = null;
        await Over();
        part.WaitForAssertion(() => Assert.Equal("read 1 times", part.Find("p").TextContent));
    }

    [Fact]
    public async Task A_click_that_met_an_outage_is_said_to_be_not_done_and_can_be_done_again()
    {
        var part = Render<Part>();
        part.WaitForAssertion(() => Assert.Equal("read 1 times", part.Find("p").TextContent));
        part.Find("input").Change("typed");
        supply.Fault = Away;
        await part.Find("button").ClickAsync(new());
        Assert.Equal(("database", true), Told());
        Assert.Equal("typed", part.Find("input").GetAttribute("value"));
        Assert.False(part.Find("button").HasAttribute("disabled"), "The button waits for what will not come.");
        Assert.Empty(supply.Saved);

        supply.Fault = null;
        await Over();
        // It was a person's step, and stays one.
        Assert.Empty(supply.Saved);
        await part.Find("button").ClickAsync(new());
        Assert.Equal(["typed"], supply.Saved);
    }

    [Fact]
    public async Task However_often_it_failed_it_is_read_once()
    {
        var part = Render<Part>();
        part.WaitForAssertion(() => Assert.Equal("read 1 times", part.Find("p").TextContent));
        supply.Fault = Away;
        for (var i = 0; i < 3; i++)
            await part.InvokeAsync(part.Instance.LookAsync);
        supply.Fault = null;
        var before = supply.Reads;
        await Over();
        Assert.Equal(before + 1, supply.Reads);
    }

    [Fact]
    public async Task Of_several_wishes_the_last_one_is_read_and_none_that_was_read_meanwhile()
    {
        var part = Render<Part>();
        part.WaitForAssertion(() => Assert.Equal("read 1 times", part.Find("p").TextContent));
        supply.Fault = Away;
        await part.InvokeAsync(() => part.Instance.ShowAsync("first"));
        await part.InvokeAsync(() => part.Instance.ShowAsync("second"));
        supply.Fault = null;
        await Over();
        Assert.Equal(["second"], part.Instance.Shown);

        supply.Fault = Away;
        await part.InvokeAsync(() => part.Instance.ShowAsync("third"));
        supply.Fault = null;
        await part.InvokeAsync(() => part.Instance.ShowAsync("fourth"));
        await Over();
        Assert.Equal(["second", "fourth"], part.Instance.Shown);
    }

    [Fact]
    public async Task A_fault_of_the_program_is_none_of_this()
    {
        var part = Render<Part>();
        part.WaitForAssertion(() => Assert.Equal("read 1 times", part.Find("p").TextContent));
        supply.Fault = () => new InvalidOperationException("a bug");
        _ = part.Find("button").ClickAsync(new());
        Assert.IsType<InvalidOperationException>(await Renderer.UnhandledException.WaitAsync(TimeSpan.FromSeconds(30), Xunit.TestContext.Current.CancellationToken));
        Assert.DoesNotContain(script.Invocations, call => call.Identifier == "met");
    }

    [Fact]
    public async Task What_a_page_could_not_catch_waits_in_its_place_and_comes_back()
    {
        supply.Fault = Away;
        var page = Render<PageBoundary>(p => p.AddChildContent<Bare>());
        page.WaitForAssertion(() => Assert.Contains("This page waits", page.Markup, StringComparison.Ordinal));
        supply.Fault = null;
        await Over();
        page.WaitForAssertion(() => Assert.Equal("read 1 times", page.Find("p").TextContent));

        supply.Fault = () => new InvalidOperationException("a bug");
        var broken = Render<PageBoundary>(p => p.AddChildContent<Bare>());
        broken.WaitForAssertion(() => Assert.Contains("This page met a fault", broken.Markup, StringComparison.Ordinal));
    }

    /// <summary>A component beside this would end its circuit with the first outage.</summary>
    [Fact]
    public void Whatever_asks_a_use_case_on_a_circuit_is_such_a_component()
    {
        var asking = typeof(App).Assembly.GetTypes()
            .Where(type => typeof(IComponent).IsAssignableFrom(type) && !typeof(LayoutComponentBase).IsAssignableFrom(type))
            // Plain forms: they fail as a request does.
            .Where(type => type.GetCustomAttribute<ExcludeFromInteractiveRoutingAttribute>() is null && type.Namespace?.StartsWith(typeof(SignInPage).Namespace!, StringComparison.Ordinal) != true)
            .Where(type => type.GetProperties(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Any(property => property.GetCustomAttribute<InjectAttribute>() is not null && typeof(IUseCase).IsAssignableFrom(property.PropertyType)))
            .ToList();
        Assert.True(asking.Count > 30, $"Only {asking.Count} components ask anything.");
        Assert.Empty(asking.Where(type => !typeof(PortalComponent).IsAssignableFrom(type)).Select(type => type.Name));
    }

    private static NpgsqlException Away() => new NpgsqlException("refused", new SocketException((int)SocketError.ConnectionRefused));

    private Task Over() => Renderer.Dispatcher.InvokeAsync(() => Services.GetRequiredService<OutageNotice>().OnOver());

    private (string Part, bool IsLost) Told()
    {
        var call = script.Invocations["met"][^1];
        return ((string)call.Arguments[0]!, (bool)call.Arguments[1]!);
    }

    /// <summary>What the components below ask.</summary>
    private sealed class Supply
    {
        public Func<Exception>? Fault { get; set; }

        public int Reads { get; set; }

        public List<string> Saved { get; } = [];

        public async Task AskAsync()
        {
            await Task.Yield();
            if (Fault is { } fault)
                throw fault();
        }
    }

    private sealed class Part : PortalComponent
    {
        private string typed = "";

        [Inject]
        private Supply Supply { get; set; } = null!;

        public Task<bool> LookAsync() => ReadThroughAsync(async () =>
        {
            Supply.Reads++;
            await Supply.AskAsync();
        });

        public List<string> Shown { get; } = [];

        public Task<bool> ShowAsync(string what) => ReadThroughAsync(async () =>
        {
            await Supply.AskAsync();
            Shown.Add(what);
        });

        protected override async Task OnInitializedAsync()
        {
            await Supply.AskAsync();
            Supply.Reads++;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder)
        {
            builder.AddMarkupContent(0, $"<p>{(Supply.Reads == 0 ? "nothing yet" : $"read {Supply.Reads} times")}</p>");
            builder.OpenElement(1, "input");
            builder.AddAttribute(2, "value", typed);
            builder.AddAttribute(3, "onchange", EventCallback.Factory.Create<ChangeEventArgs>(this, e => typed = (string)e.Value!));
            builder.CloseElement();
            builder.OpenElement(4, "button");
            builder.AddAttribute(5, "disabled", IsBusy);
            builder.AddAttribute(6, "onclick", EventCallback.Factory.Create<MouseEventArgs>(this, SaveAsync));
            builder.CloseElement();
        }

        private async Task SaveAsync()
        {
            Supply.Saved.Add(await WhileBusyAsync(async () =>
            {
                await Supply.AskAsync();
                return typed;
            }));
        }
    }

    /// <summary>Not of ours: what it meets comes to the boundary.</summary>
    private sealed class Bare : ComponentBase
    {
        [Inject]
        private Supply Supply { get; set; } = null!;

        protected override async Task OnInitializedAsync()
        {
            await Supply.AskAsync();
            Supply.Reads = 1;
        }

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0, $"<p>read {Supply.Reads} times</p>");
    }
}
