using FewShotAD.Infrastructure.Hosting;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// The outages that the pages of one circuit have met. The browser shows one notice for all of them (<c>outage.js</c>), asks by itself whether
/// they are over, and then what could not be read here is read again.
/// </summary>
public sealed class OutageNotice(IJSRuntime js) : IDisposable
{
    private readonly List<Func<Task>> waiting = [];
    private DotNetObjectReference<OutageNotice>? self;

    /// <summary>What <c>/health</c> and the scripts call it.</summary>
    public static string NameOf(OutageKind kind) => kind switch { OutageKind.Database => "database", OutageKind.Blobs => "blobs", _ => "disk" };

    /// <param name="isLost">Whether a person did something that is not done now, rather than that something could not be read.</param>
    public async Task ShowAsync(OutageKind kind, bool isLost)
    {
        self ??= DotNetObjectReference.Create(this);
        try
        {
            await using var module = await js.InvokeAsync<IJSObjectReference>("import", "/js/outage.js");
            await module.InvokeVoidAsync("met", NameOf(kind), isLost, self);
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The browser left: nobody is there to be told.
        }
        catch (JSException)
        {
            // Its script did not come either: it comes with the next load of the page.
        }
    }

    /// <summary>Has something done once it is over.</summary>
    public void WhenOver(Func<Task> again) => waiting.Add(again);

    /// <summary>Called by the script when everything that was away works again.</summary>
    [JSInvokable]
    public async Task OnOver()
    {
        // What meets the next outage waits for the next end.
        var now = waiting.ToList();
        waiting.Clear();
        foreach (var again in now)
            await again();
    }

    public void Dispose() => self?.Dispose();
}
