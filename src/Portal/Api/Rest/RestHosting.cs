using System.Text.Json;
using System.Text.Json.Serialization;
using FewShotAD.Portal.Api.Rest.Document;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

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
        services.AddExceptionHandler<Outages>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            // "4" is a text, in requests and in the document.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // A field that is misspelt would otherwise be left out in silence.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        });
        services.AddOpenApi(DocumentName, document =>
        {
            // Most generators of clients do not read 3.1 yet.
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_0;
            document.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith(RestGroup.Root[1..] + "/", StringComparison.Ordinal) == true;
            document.CreateSchemaReferenceId = new SchemaNames().Of;
            document.AddSchemaTransformer<SchemaText>();
            document.AddOperationTransformer<OperationText>();
            document.AddDocumentTransformer<DocumentText>();
        });
        return services;
    }

    /// <summary>
    /// <c>/api/reference</c>: the document for people, by a viewer that is served from here and asks nobody else for anything:
    /// no fonts, no telemetry, no chat, no tools of its maker, no proxy.
    /// </summary>
    public static void MapRestReference(this IEndpointRouteBuilder routes) => routes
        .MapScalarApiReference("/api/reference", (options, http) =>
        {
            options.WithTitle("FewShotAD API").WithOpenApiRoutePattern(RestGroup.Root + "/openapi.json")
                .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp().HideDeveloperTools().HideClientButton().HideModels();
            options.ProxyUrl = null;
            // Its page begins with a script in the page itself, which the policy lets through by the request's nonce.
            options.WithNonce(http.Nonce());
        })
        .WithMetadata(new ExcludeFromDescriptionAttribute());

    /// <summary>The document, for everybody: it names no team's things.</summary>
    public static void MapRestDocument(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi(RestGroup.Root + "/openapi.json").WithMetadata(new ExcludeFromDescriptionAttribute());
}
