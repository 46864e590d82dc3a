using System.Diagnostics;
using System.Reflection;
using FewShotAD.Infrastructure;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Portal.Shared;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog.Core;

namespace FewShotAD.Portal.Telemetry;

/// <summary>
/// Sends metrics and traces by OTLP where OpenTelemetry's own variable names a receiver, in the environment or in any other place of settings.
/// Where none is named nothing of it is started.
/// </summary>
public static class TelemetryHosting
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Of the framework and of libraries, beside our own. The first two are on the dashboard.</summary>
    public static readonly string[] OtherMeters =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components.Server.Circuits", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql"];

    private const string AzureBlobSpans = "Azure.Storage.Blobs.*";

    /// <summary>Asked every few seconds, or open as long as a page is.</summary>
    private static readonly PathString[] Unwatched = ["/health", "/_blazor", "/_framework", "/lib"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ILogEventEnricher, WhoInLogs>();
        if (string.IsNullOrWhiteSpace(configuration[Endpoint]))
            return services;
        // The library of Azure keeps its spans back without this; it looks when the first client is made.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        services.AddOpenTelemetry()
            // What an operator says of the resource in OpenTelemetry's variables goes before what we say.
            .ConfigureResource(resource => resource.AddDetector(provider => new Node(provider)).AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics.AddMeter([Instruments.Meter, .. OtherMeters]))
            .WithTracing(tracing => tracing
                .AddSource(Spans.Name, "Npgsql", AzureBlobSpans)
                .AddAspNetCoreInstrumentation(requests =>
                {
                    requests.Filter = context => !Unwatched.Any(path => context.Request.Path.StartsWithSegments(path));
                    requests.EnrichWithHttpResponse = SayWhose;
                })
                .AddHttpClientInstrumentation()
                .AddProcessor<SpansToSend>())
            .UseOtlpExporter();
        return services;
    }

    private static void SayWhose(Activity span, HttpResponse response)
    {
        if (Actor.From(response.HttpContext.User) is { } actor)
            span.SetTag(Spans.Tenant, actor.Tenant.ToString());
    }

    /// <summary>This process among the others of its installation.</summary>
    private sealed class Node(IServiceProvider services) : IResourceDetector
    {
        public Resource Detect() => ResourceBuilder.CreateEmpty()
            .AddService(
                "fewshotad",
                serviceVersion: typeof(TelemetryHosting).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                serviceInstanceId: services.GetRequiredService<DataPaths>().Node)
            .AddAttributes([new("fewshotad.role", $"{services.GetRequiredService<IOptions<InfrastructureOptions>>().Value.Role}".ToLowerInvariant())])
            .Build();
    }
}
