using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Telemetry;
using FewShotAD.Portal.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Serilog.Core;
using Serilog.Events;

namespace FewShotAD.Portal.Tests.Telemetry;

/// <summary>A portal that sends to a collector, and one that does not.</summary>
public sealed class TelemetryTests(PortalHost silent)
{
    private const string HookPath = "a-secret-part-of-the-address";
    private const string Background = "asked-in-the-background";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Without_a_collector_nothing_is_started()
    {
        Assert.Null(silent.Services.GetService<MeterProvider>());
        Assert.Null(silent.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task A_collector_gets_metrics_and_traces_and_lines_say_whose_they_are()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var portal = new WatchedPortal(collector.Address);
        await portal.InitializeAsync();
        using var measured = new Measured(portal.Services.GetRequiredService<IMeterFactory>(), [Instruments.Meter, .. TelemetryHosting.OtherMeters]);

        var (email, tenant, user) = await Browser.RegisterAsync(portal);
        await using var scope = portal.Services.CreateAsyncScope();
        var team = new TeamAtWork(portal, scope.ServiceProvider, new Actor(tenant, user, TeamRole.Owner));
        using var browser = new Browser(portal);
        await browser.SignInAsync(email);
        var project = await team.ProjectAsync();
        var (first, second) = (Picture.Png(TeamAtWork.Next()), Picture.Png(TeamAtWork.Next()));
        var uploaded = await browser.UploadAsync(
            project, await browser.TokenAsync(), null, ("train/good/000.png", first), ("train/good/001.png", second), ("again.png", first), ("broken.png", [1, 2, 3]));
        Assert.Equal(HttpStatusCode.OK, uploaded.StatusCode);
        var invitation = (await scope.ServiceProvider.GetRequiredService<InviteMember>().HandleAsync(team.Owner, new(TeamRole.Viewer, null, null), Ct)).Value.Token;
        await browser.GetAsync($"/join/{invitation}");
        var run = await team.RunAsync(project);
        await browser.GetAsync($"/api/v1/runs/{run.Value}");
        await scope.ServiceProvider.GetRequiredService<TrainRunJob>().ExecuteAsync(tenant.Value, run.Value, Ct);
        await CallOutAsync(tenant);

        Assert.Equal(["fewshotad.upload.kind=image", "fewshotad.upload.kind=image"], measured.TagsOf("fewshotad.upload.files"));
        Assert.Equal(first.Length + second.Length, measured.Of("fewshotad.upload.size").Sum(size => size.Value));
        Assert.Equal(["error.type=image.duplicate", "error.type=image.content"], measured.TagsOf("fewshotad.upload.rejections"));
        // Of the framework, by the names that the dashboard asks for. Those of circuits are made with the first page that opens one.
        portal.Services.GetRequiredService(typeof(CircuitOptions).Assembly.GetType("Microsoft.AspNetCore.Components.Server.Circuits.CircuitMetrics", throwOnError: true)!);
        Assert.Contains(measured.Instruments, i => i is Histogram<double> { Name: "http.server.request.duration", Unit: "s" });
        Assert.Contains(measured.Instruments, i => i is UpDownCounter<long> { Name: "aspnetcore.components.circuit.active", Unit: "{circuit}" });
        AssertLines(portal.Sink.Lines, tenant, run);

        Assert.True(portal.Services.GetRequiredService<MeterProvider>().ForceFlush());
        Assert.True(portal.Services.GetRequiredService<TracerProvider>().ForceFlush());
        Assert.All(collector.Calls.Where(call => call.Path.StartsWith("/v1/", StringComparison.Ordinal)), call => Assert.Equal("application/x-protobuf", call.Type));
        AssertMetrics(collector.TextOf("/v1/metrics"), tenant);
        AssertTraces(collector.TextOf("/v1/traces"), tenant, run, invitation);
    }

    /// <summary>The portal's calls to other systems are of the library for HTTP, wherever they are made.</summary>
    private static async Task CallOutAsync(TenantId tenant)
    {
        await using var other = new OtherSystem();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using (Spans.Begin("a test", tenant))
            await http.GetAsync(new Uri(other.Address, HookPath), Ct);
        await http.GetAsync(new Uri(other.Address, Background), Ct);
        Assert.Equal([$"GET /{HookPath} HTTP/1.1", $"GET /{Background} HTTP/1.1"], other.Calls);
    }

    private static void AssertLines(IReadOnlyCollection<LogEvent> lines, TenantId tenant, RunId run)
    {
        var (request, attempt) = (lines.Where(OfRequest).ToList(), lines.Where(line => Of(line, "SourceContext") == typeof(RunAttempts).FullName).ToList());
        Assert.Contains(request, line => Of(line, Spans.TenantInLogs) == $"{tenant.Value}");
        Assert.Contains(request, line => Of(line, Spans.RunInLogs) == $"{run.Value}");
        Assert.NotEmpty(attempt);
        Assert.All(attempt, line => Assert.Equal(($"{tenant.Value}", $"{run.Value}"), (Of(line, Spans.TenantInLogs), Of(line, Spans.RunInLogs))));
        Assert.All(attempt, line => Assert.NotNull(line.TraceId));
        // A visitor is of no team.
        Assert.Contains(lines, line => OfRequest(line) && Of(line, Spans.TenantInLogs) is null);

        static bool OfRequest(LogEvent line) => Of(line, "SourceContext") == "Microsoft.AspNetCore.Routing.EndpointMiddleware";
        static string? Of(LogEvent line, string name) => line.Properties.TryGetValue(name, out var value) && value is ScalarValue { Value: { } text } ? $"{text}" : null;
    }

    private static void AssertMetrics(string text, TenantId tenant)
    {
        foreach (var expected in new[] { "fewshotad.upload.files", "fewshotad.run.duration", "fewshotad.queue.length", "http.server.request.duration", "service.instance.id", "watched-node", "fewshotad.role" })
            Assert.Contains(expected, text, StringComparison.Ordinal);
        Assert.DoesNotContain($"{tenant}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("again.png", text, StringComparison.Ordinal);
    }

    private static void AssertTraces(string text, TenantId tenant, RunId run, string invitation)
    {
        foreach (var expected in new[] { "run attempt", "fewshotad.tenant.id", $"{tenant}", $"{run}", "url.full", "watched-node", "/join/…" })
            Assert.Contains(expected, text, StringComparison.Ordinal);
        foreach (var secret in new[] { invitation, HookPath, Background })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    private sealed class WatchedPortal : PortalHost
    {
        private readonly string folder = Directory.CreateTempSubdirectory("fewshotad-watched-").FullName;

        public WatchedPortal(Uri collector)
        {
            Settings[TelemetryHosting.Endpoint] = collector.ToString();
            Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
            Settings["NodeName"] = "watched-node";
            foreach (var category in new[] { "Default", "Override:Microsoft" })
                Settings[$"Serilog:MinimumLevel:{category}"] = "Information";
            Settings["Serilog:WriteTo:0:Args:restrictedToMinimumLevel"] = "Fatal";
        }

        public Sink Sink { get; } = new();

        /// <summary>A training program that gives up at once.</summary>
        protected override string Trainer
        {
            get
            {
                if (OperatingSystem.IsWindows())
                    throw new PlatformNotSupportedException("The stand-in for the training program is a shell script.");
                var path = Path.Combine(folder, "trainer");
                File.WriteAllText(path, "#!/bin/sh\nexit 9\n");
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return path;
            }
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureTestServices(services => services.AddSingleton<ILogEventSink>(Sink));
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            GC.SuppressFinalize(this);
        }
    }

    private sealed class Sink : ILogEventSink
    {
        private readonly ConcurrentQueue<LogEvent> lines = new();

        public IReadOnlyCollection<LogEvent> Lines => lines;

        public void Emit(LogEvent logEvent) => lines.Enqueue(logEvent);
    }
}
