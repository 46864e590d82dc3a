using System.Runtime.CompilerServices;
using FewShotAD.Infrastructure.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;

namespace FewShotAD.Portal.Shared;

/// <summary>
/// What asks use cases on a circuit. An outage that one of them meets is no fault of the page: the page stays as it is with all that was typed, the
/// notice says what is away, and what could not be read is read again when it is back.
/// </summary>
public abstract class PortalComponent : ComponentBase, IHandleEvent
{
    /// <summary>What is read when the outage is over, by the method that wanted it: the last wish counts.</summary>
    private readonly Dictionary<string, Func<Task>> wanted = [];

    [Inject]
    protected OutageNotice Outages { get; set; } = null!;

    /// <summary>A click is under way: buttons that would begin another are off.</summary>
    protected bool IsBusy { get; private set; }

    public override Task SetParametersAsync(ParameterView parameters) => ThroughOutageAsync(
        () => base.SetParametersAsync(parameters),
        async kind =>
        {
            await Outages.ShowAsync(kind, isLost: false);
            ReadAgainWhenOver(BeginAgainAsync);
        });

    /// <summary>As components do, except for outages: a click during one is not done, and said to be not done.</summary>
    Task IHandleEvent.HandleEventAsync(EventCallbackWorkItem callback, object? arg)
    {
        var task = ThroughOutageAsync(
            () => callback.InvokeAsync(arg),
            kind => Outages.ShowAsync(kind, isLost: true));
        var isOver = task.Status is TaskStatus.RanToCompletion or TaskStatus.Canceled;
        StateHasChanged();
        return isOver ? Task.CompletedTask : RenderAfterAsync(task);
    }

    /// <summary>Does what a click asks for, with the buttons held until it is done, refused or lost to an outage.</summary>
    protected async Task<T> WhileBusyAsync<T>(Func<Task<T>> work)
    {
        IsBusy = true;
        try
        {
            return await work();
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <summary>Reads, and reads again by itself when an outage that it met is over.</summary>
    /// <returns>Whether it was read.</returns>
    protected Task<bool> ReadThroughAsync(Func<Task> read, [CallerMemberName] string name = "") => ThroughOutageAsync(
        async () =>
        {
            await read();
            wanted.Remove(name);
        },
        async kind =>
        {
            await Outages.ShowAsync(kind, isLost: false);
            ReadAgainWhenOver(read, name);
        });

    /// <summary>For what is read again and again anyway, and for what scripts ask for.</summary>
    /// <returns>Whether it was done.</returns>
    protected Task<bool> TryAsync(Func<Task> work, bool isLost = false) => ThroughOutageAsync(work, kind => Outages.ShowAsync(kind, isLost));

    /// <summary>What a virtual list asks for. During an outage it keeps what it shows, and asks again afterwards.</summary>
    protected async ValueTask<ItemsProviderResult<T>> WindowAsync<T>(ItemsProviderRequest request, Func<Task<ItemsProviderResult<T>>> read, Func<Task> again)
    {
        ItemsProviderResult<T> window = default;
        var isRead = await ThroughOutageAsync(
            async () => window = await read(),
            async kind =>
            {
                await Outages.ShowAsync(kind, isLost: false);
                ReadAgainWhenOver(again);
            });
        // For the list this is an answer that nobody waits for any more; any other exception would end it.
        return isRead ? window : throw new OperationCanceledException(request.CancellationToken);
    }

    private static async Task<bool> ThroughOutageAsync(Func<Task> work, Func<OutageKind, Task> met)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception e) when (Outage.Of(e) is { } kind)
        {
            await met(kind);
            return false;
        }
    }

    /// <summary>Once, however often it failed.</summary>
    private void ReadAgainWhenOver(Func<Task> read, [CallerMemberName] string name = "")
    {
        var waits = wanted.ContainsKey(name);
        wanted[name] = read;
        if (waits)
            return;
        Outages.WhenOver(() => InvokeAsync(async () =>
        {
            // It may have been read meanwhile.
            if (!wanted.Remove(name, out var last))
                return;
            try
            {
                await ReadThroughAsync(last, name);
                StateHasChanged();
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The page was left meanwhile.
            }
            catch (Exception e)
            {
                await DispatchExceptionAsync(e);
            }
        }));
    }

    private async Task BeginAgainAsync()
    {
        await OnInitializedAsync();
        await OnParametersSetAsync();
    }

    private async Task RenderAfterAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (task.IsCanceled)
        {
            return;
        }

        StateHasChanged();
    }
}
