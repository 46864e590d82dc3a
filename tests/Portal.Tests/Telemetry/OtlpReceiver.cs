using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Portal.Tests.Telemetry;

/// <summary>A collector on the loopback that takes OTLP by HTTP and keeps it as it came.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<(string Path, string? Type, string Text)> calls = new();

    private OtlpReceiver(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    public IReadOnlyCollection<(string Path, string? Type, string Text)> Calls => calls;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            // Texts stand in the messages as they are, between numbers.
            receiver.calls.Enqueue((context.Request.Path, context.Request.ContentType, Encoding.UTF8.GetString(body.ToArray())));
        });
        await app.StartAsync();
        return receiver;
    }

    /// <summary>All that came to an address.</summary>
    public string TextOf(string path) => string.Concat(calls.Where(call => call.Path == path).Select(call => call.Text));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
