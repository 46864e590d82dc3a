using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FewShotAD.Portal.Tests.Telemetry;

/// <summary>Something that the portal calls. Of sockets alone: a web server in this process would leave spans of its own.</summary>
internal sealed class OtherSystem : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentQueue<string> calls = new();
    private readonly Task answering;

    public OtherSystem()
    {
        listener.Start();
        answering = AnswerAsync();
    }

    public Uri Address => new($"http://{listener.LocalEndpoint}");

    /// <summary>The first line of each request.</summary>
    public IReadOnlyCollection<string> Calls => calls;

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await answering;
        listener.Dispose();
        over.Dispose();
    }

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(over.Token);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                calls.Enqueue(await reader.ReadLineAsync(over.Token) ?? "");
                while (await reader.ReadLineAsync(over.Token) is { Length: > 0 })
                {
                    // Headers are nobody's concern here.
                }

                await stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
