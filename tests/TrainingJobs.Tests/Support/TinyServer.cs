using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FewShotAD.TrainingJobs.Tests.Support;

/// <param name="From">Where the asked range begins; null when everything is asked for.</param>
internal sealed record TinyRequest(string Path, int? From, string? IfRange);

/// <param name="Cut">The connection ends after so many bytes of the body.</param>
/// <param name="Hang">After the cut, nothing more comes and the connection stays.</param>
/// <param name="Reset">The connection is not closed but torn down.</param>
internal sealed record TinyAnswer(
    string Status, byte[] Body, int? Cut = null, bool Hang = false, bool Reset = false, bool SaysLength = true, params string[] Headers)
{
    public static TinyAnswer Whole(byte[] body, string? tag = null) => new("200 OK", body, Headers: tag is null ? [] : [$"ETag: {tag}"]);

    /// <summary>As a server with ranges answers: the rest from where the request says.</summary>
    public static TinyAnswer Rest(byte[] body, TinyRequest request, string tag) =>
        request.From is { } from && (request.IfRange is null || request.IfRange == tag)
            ? new("206 Partial Content", body[from..], Headers: [$"Content-Range: bytes {from}-{body.Length - 1}/{body.Length}", $"ETag: {tag}"])
            : Whole(body, tag);
}

/// <summary>An HTTP server on this machine that answers as a test says, one request per connection, and can end in the middle.</summary>
internal sealed class TinyServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<TinyRequest, TinyAnswer> answer;
    private readonly Task serving;

    public TinyServer(Func<TinyRequest, TinyAnswer> answer)
    {
        this.answer = answer;
        listener.Start();
        serving = ServeAsync();
    }

    public ConcurrentQueue<TinyRequest> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/weights.pth");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
                open.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using var owned = client;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var lines = new List<string>();
            while (await reader.ReadLineAsync(stop.Token) is { Length: > 0 } line)
                lines.Add(line);
            var range = Header(lines, "Range")?["bytes=".Length..].TrimEnd('-');
            var request = new TinyRequest(
                lines[0].Split(' ')[1], range is null ? null : int.Parse(range, CultureInfo.InvariantCulture), Header(lines, "If-Range"));
            Requests.Enqueue(request);
            var made = answer(request);
            string[] head =
            [
                $"HTTP/1.1 {made.Status}", "Connection: close", .. made.SaysLength ? [$"Content-Length: {made.Body.Length}"] : Array.Empty<string>(), .. made.Headers, "", "",
            ];
            await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", head)), stop.Token);
            await stream.WriteAsync(made.Body.AsMemory(0, made.Cut ?? made.Body.Length), stop.Token);
            await stream.FlushAsync(stop.Token);
            if (made.Reset)
                client.Client.LingerState = new LingerOption(true, 0);
            if (made.Hang)
                await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The test is over, or the client went away.
        }
    }

    private static string? Header(List<string> lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
