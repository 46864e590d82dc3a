using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Tests.Webhooks;

/// <summary>Another system on the loopback: keeps what it is sent and answers what a test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public sealed record Call(string Path, string Event, string Delivery, string Signature, string Body);

    public ConcurrentQueue<Call> Calls { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public string Url => app.Urls.Single();

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            receiver.Calls.Enqueue(new Call(
                context.Request.Path, headers["FewShotAD-Event"].ToString(), headers["FewShotAD-Delivery"].ToString(), headers["FewShotAD-Signature"].ToString(),
                await reader.ReadToEndAsync(context.RequestAborted)));
            await receiver.Answer(context);
        });
        await app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
