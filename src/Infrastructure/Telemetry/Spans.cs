using System.Diagnostics;
using FewShotAD.Domain.Common;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Telemetry;

/// <summary>Spans of our own, and the ids that tie spans and log lines to a team and a run. Traces and logs may name them, metrics may not.</summary>
public static class Spans
{
    public const string Name = "FewShotAD";
    public const string Tenant = "fewshotad.tenant.id";
    public const string Run = "fewshotad.run.id";

    /// <summary>As log lines name them.</summary>
    public const string TenantInLogs = "TenantId";

    public const string RunInLogs = "RunId";

    private const string ErrorType = "error.type";

    private static readonly ActivitySource Source = new(Name);

    /// <returns>Null, at no cost, when nobody collects traces.</returns>
    public static Activity? Begin(string name, TenantId tenant, ActivityKind kind = ActivityKind.Internal) =>
        Source.StartActivity(name, kind)?.SetTag(Tenant, tenant.ToString());

    /// <param name="code">Of an error; null when all went well.</param>
    public static void End(this Activity? span, string? code)
    {
        // Its words may hold names of files: they are in the log.
        if (code is not null)
            span?.SetTag(ErrorType, code).SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Every line that is logged from here on, until this is disposed, says whose it is.</summary>
    public static IDisposable? BeginScope(this ILogger log, TenantId tenant, RunId? run = null)
    {
        var ids = new Dictionary<string, object> { [TenantInLogs] = tenant.Value };
        if (run is { } id)
            ids[RunInLogs] = id.Value;
        return log.BeginScope(ids);
    }
}
