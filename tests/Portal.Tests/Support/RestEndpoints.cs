using FewShotAD.Portal.Api.Rest;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>An endpoint of the REST interface as the routing knows it: nothing that is mapped can hide from a test.</summary>
internal sealed record RestEndpoint(string Method, string Pattern, PermissionNeeded? Needed)
{
    public override string ToString() => $"{Method} {Pattern}";

    /// <summary>All under <c>/api</c>, but for the document itself and its reader.</summary>
    public static IReadOnlyList<RestEndpoint> All(PortalHost host) =>
    [
        .. host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } text && text.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) && !IsAboutIt(text))
            .SelectMany(endpoint => (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(method => new RestEndpoint(method, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), endpoint.Metadata.GetMetadata<PermissionNeeded>()))),
    ];

    private static bool IsAboutIt(string pattern) =>
        pattern.EndsWith("openapi.json", StringComparison.Ordinal) || pattern.TrimStart('/').StartsWith("api/reference", StringComparison.Ordinal);
}
