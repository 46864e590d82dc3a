using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>
/// What stands before several nodes: REST goes to one after the other, a browser's pages to the node that it had before (docs/nodes.md),
/// and a node that does not answer gets nothing. It can also play a service that is away.
/// </summary>
internal sealed class LoopbackProxy : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    private readonly WebApplication app;

    private LoopbackProxy(WebApplication app) => this.app = app;

    /// <summary>Answers 503 to everything.</summary>
    public bool IsAway { get; set; }

    public Uri Url => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="targets">Nodes of this machine.</param>
    public static async Task<LoopbackProxy> StartAsync(IReadOnlyList<string> targets, CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy().LoadFromMemory(
            [
                new RouteConfig { RouteId = "rest", ClusterId = "any", Order = 0, Match = new RouteMatch { Path = "/api/{**rest}" } },
                new RouteConfig { RouteId = "pages", ClusterId = "same", Order = 1, Match = new RouteMatch { Path = "/{**rest}" } },
            ],
            [Cluster("any", targets, sticky: false), Cluster("same", targets, sticky: true)]);
        var proxy = new LoopbackProxy(builder.Build());
        proxy.app.Use(async (context, next) =>
        {
            if (proxy.IsAway)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else
                await next(context);
        });
        proxy.app.MapReverseProxy();
        await proxy.app.StartAsync(ct);
        return proxy;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static ClusterConfig Cluster(string id, IReadOnlyList<string> targets, bool sticky) => new()
    {
        ClusterId = id,
        LoadBalancingPolicy = "RoundRobin",
        SessionAffinity = sticky ? new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", FailurePolicy = "Redistribute", AffinityKeyName = "node" } : null,
        // A single one is no choice: what it says is passed on.
        HealthCheck = targets.Count == 1 ? null : new HealthCheckConfig
        {
            Active = new ActiveHealthCheckConfig { Enabled = true, Interval = Look, Timeout = TimeSpan.FromSeconds(5), Policy = "ConsecutiveFailures", Path = "/health/live" },
        },
        Metadata = new Dictionary<string, string> { ["ConsecutiveFailuresHealthPolicy.Threshold"] = "1" },
        Destinations = targets.Index().ToDictionary(target => $"{id}-{target.Index}", target => new DestinationConfig { Address = target.Item }),
    };
}
