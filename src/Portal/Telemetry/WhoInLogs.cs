using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Portal.Shared;
using Serilog.Core;
using Serilog.Events;

namespace FewShotAD.Portal.Telemetry;

/// <summary>Says of a line that is logged within a request whose it is, and of which run where the address names one. Jobs say it themselves.</summary>
public sealed class WhoInLogs(IHttpContextAccessor http) : ILogEventEnricher
{
    /// <summary>What an address calls a run: <c>/api/v1/runs/{id}</c>.</summary>
    private const string RunsPath = "/runs/";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (http.HttpContext is not { } context || Actor.From(context.User) is not { } actor)
            return;
        logEvent.AddPropertyIfAbsent(new LogEventProperty(Spans.TenantInLogs, new ScalarValue(actor.Tenant.Value)));
        var path = context.Request.Path.Value ?? "";
        var run = path.IndexOf(RunsPath, StringComparison.Ordinal) is >= 0 and var at ? path[(at + RunsPath.Length)..].Split('/', ':')[0] : "";
        if (Guid.TryParse(run, out var id))
            logEvent.AddPropertyIfAbsent(new LogEventProperty(Spans.RunInLogs, new ScalarValue(id)));
    }
}
