using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Load.Circuits;

/// <summary>
/// A page in a browser, without the browser: the document by HTTP, then a circuit over a web socket as blazor.web.js opens it. It
/// acknowledges every batch, answers the calls to scripts, and clicks.
/// </summary>
internal sealed partial class CircuitPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Uri portal;
    private readonly HttpPerson person;
    private readonly HubConnection connection;
    private readonly PageScripts scripts = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, ulong> clickable = [];
    private readonly TaskCompletionSource attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<long>? awaited;
    private string? circuit;
    private string? fault;
    private long calls;

    private CircuitPage(Uri portal, HttpPerson person)
    {
        (this.portal, this.person) = (portal, person);
        var builder = new HubConnectionBuilder().WithUrl(new Uri(portal, "/_blazor"), HttpTransportType.WebSockets, options => options.Cookies = person.Cookies);
        builder.Services.AddSingleton<IHubProtocol, BlazorPack>();
        connection = builder.Build();
        connection.On<long, byte[]>("JS.RenderBatch", RenderAsync);
        connection.On<long, string, string, int, long, int>("JS.BeginInvokeJS", CallAsync);
        connection.On<string, bool, string>("JS.EndInvokeDotNet", (_, succeeded, result) => Fail(succeeded ? null : result));
        connection.On<string>("JS.Error", Fail);
        connection.On<long>("JS.EndUpdateRootComponents", _ => { });
        connection.On<int, string>("JS.AttachComponent", (_, _) => { });
        connection.Closed += error =>
        {
            Fail(error?.Message ?? (circuit is null ? null : "The portal closed the circuit."));
            return Task.CompletedTask;
        };
    }

    /// <summary>When the newest batch came, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long LastBatch { get; private set; }

    public int Batches { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Why the circuit is no use any more.</summary>
    public string? Fault => fault;

    public static async Task<CircuitPage> OpenAsync(Uri portal, HttpPerson person, string address, CancellationToken ct)
    {
        var page = new CircuitPage(portal, person);
        try
        {
            await page.StartAsync(address, ct);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    public bool CanClick(string name)
    {
        lock (gate)
            return clickable.ContainsKey(name);
    }

    /// <summary>Presses what has this name.</summary>
    /// <returns>From the press to the first batch.</returns>
    public Task<TimeSpan> ClickAsync(string name, CancellationToken ct)
    {
        ulong handler;
        string others;
        bool isThere;
        lock (gate)
            (isThere, others) = (clickable.TryGetValue(name, out handler), string.Join(", ", clickable.Keys));
        if (!isThere)
        {
            Fail($"The page has nothing to press that is called {name}, but {others}.");
            throw new InvalidOperationException(fault);
        }

        var arguments = string.Create(
            CultureInfo.InvariantCulture, $$"""[{"eventHandlerId":{{handler}},"eventName":"click","eventFieldInfo":null},{"detail":1,"type":"click"}]""");
        return UntilRenderedAsync(() => InvokeAsync(scripts.Events!.Value, "DispatchEventAsync", arguments, ct), ct);
    }

    /// <summary>Follows a link to another page of the portal: no new document, the circuit shows the other page.</summary>
    /// <returns>From the press to the first batch.</returns>
    public Task<TimeSpan> FollowAsync(string address, CancellationToken ct) =>
        UntilRenderedAsync(() => connection.SendAsync("OnLocationChanged", new Uri(portal, address).ToString(), null, true, ct), ct);

    /// <summary>Until nothing was drawn for a while.</summary>
    public async Task SettleAsync(TimeSpan quiet, CancellationToken ct)
    {
        while (TimeProvider.System.GetElapsedTime(LastBatch) is var since && since < quiet)
            await Task.Delay(quiet - since, ct);
    }

    /// <summary>As a browser closes a page: the circuit is told, and is gone at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (circuit is { } id && fault is null)
        {
            circuit = null;
            using var body = new FormUrlEncodedContent([new("circuitId", id)]);
            using var answer = await person.SendAsync(HttpMethod.Post, "/_blazor/disconnect", body, CancellationToken.None);
        }

        await connection.DisposeAsync();
    }

    private async Task StartAsync(string address, CancellationToken ct)
    {
        using var answer = await person.GetAsync(address, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{address} answered {answer.StatusCode}.");
        var document = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(ct));
        var markers = Marker().Matches(document).Select(match => match.Groups[1].Value).Where(marker => marker.Contains("\"descriptor\"", StringComparison.Ordinal)).ToList();
        if (markers.Count == 0)
            throw new InvalidOperationException($"{address} has no interactive component.");
        await connection.StartAsync(ct);
        circuit = await connection.InvokeAsync<string?>("StartCircuit", new Uri(portal, "/").ToString(), new Uri(portal, address).ToString(), "[]", "", ct)
            ?? throw new InvalidOperationException($"The portal opened no circuit for {address}.");
        await attached.Task.WaitAsync(Patience, ct);
        var operations = markers.Select((marker, i) => $$"""{"type":"add","ssrComponentId":{{i + 1}},"marker":{{marker}}}""");
        await UntilRenderedAsync(
            () => connection.SendAsync("UpdateRootComponents", $$"""{"batchId":1,"operations":[{{string.Join(',', operations)}}]}""", "", ct), ct);
        // The first batch may be empty, while it is still asked who is here.
        for (var since = TimeProvider.System.GetTimestamp(); !CanClickAnything(); await Task.Delay(20, ct))
        {
            if (fault is not null || TimeProvider.System.GetElapsedTime(since) > Patience)
                throw new InvalidOperationException(fault ?? $"{address} shows nothing that can be pressed.");
        }
    }

    private bool CanClickAnything()
    {
        lock (gate)
            return clickable.Count > 0;
    }

    private async Task<TimeSpan> UntilRenderedAsync(Func<Task> act, CancellationToken ct)
    {
        var batch = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            awaited = batch;
        if (fault is not null)
            throw new InvalidOperationException(fault);
        var began = TimeProvider.System.GetTimestamp();
        await act();
        return TimeProvider.System.GetElapsedTime(began, await batch.Task.WaitAsync(Patience, ct));
    }

    private async Task RenderAsync(long id, byte[] data)
    {
        var now = TimeProvider.System.GetTimestamp();
        var (appeared, gone) = RenderBatch.Read(data);
        TaskCompletionSource<long>? waiting;
        lock (gate)
        {
            foreach (var name in clickable.Where(pair => gone.Contains(pair.Value)).Select(pair => pair.Key).ToList())
                clickable.Remove(name);
            foreach (var one in appeared)
                clickable[one.Name] = one.Handler;
            (LastBatch, Batches, Bytes) = (now, Batches + 1, Bytes + data.Length);
            (waiting, awaited) = (awaited, null);
        }

        waiting?.TrySetResult(now);
        await connection.SendAsync("OnRenderCompleted", id, null);
    }

    private async Task CallAsync(long handle, string identifier, string arguments, int resultType, long target, int kind)
    {
        var answer = scripts.Call(identifier, arguments, resultType);
        if (answer.CallBack is var (instance, method, given))
            await InvokeAsync(instance, method, given, CancellationToken.None);
        if (handle != 0)
            await connection.SendAsync("EndInvokeJSFromDotNet", handle, true, string.Create(CultureInfo.InvariantCulture, $"[{handle},true,{answer.Result}]"));
        if (scripts.Events is not null)
            attached.TrySetResult();
        if (scripts.TakeDestination() is { } destination)
            await connection.SendAsync("OnLocationChanged", new Uri(portal, destination).ToString(), null, false);
    }

    private Task InvokeAsync(long instance, string method, string arguments, CancellationToken ct) => connection.SendAsync(
        "BeginInvokeDotNetFromJS", Interlocked.Increment(ref calls).ToString(CultureInfo.InvariantCulture), null, method, instance, arguments, ct);

    private void Fail(string? reason)
    {
        if (reason is null)
            return;
        TaskCompletionSource<long>? waiting;
        lock (gate)
        {
            fault ??= reason;
            waiting = awaited;
        }

        waiting?.TrySetException(new InvalidOperationException(reason));
        attached.TrySetException(new InvalidOperationException(reason));
    }

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();
}
