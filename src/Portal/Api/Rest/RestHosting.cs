using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>What the REST interface needs of the host.</summary>
public static class RestHosting
{
    public const string DocumentName = "v1";

    public static IServiceCollection AddRest(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null);
        services.AddSingleton<IAuthorizationHandler, PermissionCheck>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RestRefusals>();
        services.AddKeyRateLimit();
        // As an exception it comes to BadRequests, which says what was wrong; as a status it would say nothing.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<BadRequests>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            // A field that is misspelt would otherwise be left out in silence.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.AddOpenApi(DocumentName);
        return services;
    }

    /// <summary>The document, for everybody: it names no team's things.</summary>
    public static void MapRestDocument(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi(RestGroup.Root + "/openapi.json").WithMetadata(new ExcludeFromDescriptionAttribute());
}
