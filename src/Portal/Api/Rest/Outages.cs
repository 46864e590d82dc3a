using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>A request that met an outage is told so, and when to come back: it is nobody's mistake, and nothing of it was kept.</summary>
internal sealed class Outages : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.Request.Path.StartsWithSegments("/api") || OutagePages.WantsPage(httpContext.Request) || Outage.Of(exception) is not { } kind)
            return false;
        httpContext.Response.Headers[HeaderNames.RetryAfter] = OutagePages.RetryAfter;
        Error error = kind switch { OutageKind.Database => new DatabaseAway(), OutageKind.Blobs => new StorageAway(), _ => new DiskFull() };
        await error.ToProblem(kind == OutageKind.Disk ? StatusCodes.Status507InsufficientStorage : null).ExecuteAsync(httpContext);
        return true;
    }
}

internal sealed record DatabaseAway() : Error(
    ErrorKind.Unavailable, "outage.database", "The database does not answer at the moment. What was saved is safe; what this request was to save is not saved. Send it again in some seconds.");

internal sealed record StorageAway() : Error(
    ErrorKind.Unavailable, "outage.storage", "The storage of images does not answer at the moment. What was saved is safe; what this request was to save is not saved. Send it again in some seconds.");

internal sealed record DiskFull() : Error(
    ErrorKind.Unavailable, "outage.disk", "The portal's disk is full. What was saved is safe; what this request was to save is not saved. Tell the administrator to make room, and send it again then.");
