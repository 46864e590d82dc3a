using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FewShotAD.Portal.Api;

public static class Health
{
    /// <summary>What can be away for a while; pages that met that ask whether it is back.</summary>
    private static readonly string[] Parts = [.. Enum.GetValues<OutageKind>().Select(OutageNotice.NameOf)];

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Whether the process answers. Nothing else is asked, so a slow database never restarts a healthy node.
        routes.MapGet("/health/live", () => TypedResults.Text("live")).AllowAnonymous();
        // Whether requests should come here: 503 names the parts that fail. The reasons are for administrators, under /admin/system.
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
        foreach (var part in Parts)
            routes.MapHealthChecks($"/health/{part}", new HealthCheckOptions { ResponseWriter = WriteAsync, Predicate = check => check.Name == part }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        var failing = report.Entries.Where(e => e.Value.Status == HealthStatus.Unhealthy).Select(e => e.Key).ToList();
        return http.Response.WriteAsync(failing.Count == 0 ? "ready" : $"not ready: {string.Join(", ", failing)}", http.RequestAborted);
    }
}
