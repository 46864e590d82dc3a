using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>A list of transfers with a place that takes a zip by HTTP; the browser's module owns the file.</summary>
public abstract class ZipDropPage : TransferPage
{
    private IJSObjectReference? module;
    private IJSObjectReference? drop;
    private DotNetObjectReference<ZipDropPage>? self;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    /// <summary>Where a zip is dropped.</summary>
    protected ElementReference DropHost { get; set; }

    /// <summary>Whether the module listens.</summary>
    protected bool Ready { get; private set; }

    /// <summary>What people are told when a zip has arrived.</summary>
    protected abstract string Arrived { get; }

    /// <summary>Called by the module when a zip has arrived, or was refused.</summary>
    [JSInvokable]
    public async Task OnZipSent(string? error)
    {
        Snackbar.Add(error ?? Arrived, error is null ? Severity.Success : Severity.Error);
        await ReloadAsync();
        StateHasChanged();
    }

    /// <summary>Once <see cref="DropHost"/> is in the page; a second call does nothing.</summary>
    /// <param name="words">What the place says while something is held over it.</param>
    /// <param name="folder">For what is no zip, as the module takes it; null where only zips are taken.</param>
    protected async Task OpenDropAsync(string url, string words, object? folder = null)
    {
        if (module is not null)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/zip-drop.js");
        drop = await module.InvokeAsync<IJSObjectReference>(
            "createZipDrop", DropHost, new { url, tokenHeader = "X-CSRF-TOKEN", token = Antiforgery.GetAntiforgeryToken()?.Value, words, folder }, self);
        Ready = true;
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(drop, module);
        self?.Dispose();
        GC.SuppressFinalize(this);
    }
}
