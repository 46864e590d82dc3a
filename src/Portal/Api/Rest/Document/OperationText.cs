using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace FewShotAD.Portal.Api.Rest.Document;

/// <summary>What each operation says: who may call it, what it takes and gives by example, how it fails.</summary>
internal sealed class OperationText(IOptions<JsonOptions> json) : IOpenApiOperationTransformer
{
    private const string Json = "application/json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        SayWhoMay(operation, context);
        HideTheCaller(operation, context);
        SpellParameters(operation, context);
        Exemplify(operation, context);
        if (operation.Responses?.ContainsKey("412") == true)
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = "If-Match", In = ParameterLocation.Header, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Description = "The ETag that you saw: 412 when the thing is not that one any more.",
            });
        }

        return Task.CompletedTask;
    }

    private static void SayWhoMay(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<PermissionNeeded>().FirstOrDefault() is not { Permissions: var needed })
            return;
        var byKey = needed != TeamPermissions.Manage;
        operation.Description = byKey
            ? $"Needs a key with the scope `{needed.InWords()}`, or a member who is at least {needed.LeastRole()}."
            : $"No key may do this: it needs a member who is {needed.LeastRole()}, signed in.";
        operation.Security = [Require(DocumentText.CookieScheme)];
        if (byKey)
            operation.Security.Insert(0, Require(DocumentText.KeyScheme));
        OpenApiSecurityRequirement Require(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] };
    }

    /// <summary>The caller is known by key or cookie, and sends nothing for it.</summary>
    private static void HideTheCaller(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var hidden = context.Description.ParameterDescriptions.Where(p => p.ParameterDescriptor?.ParameterType == typeof(Actor)).Select(p => p.Name).ToHashSet();
        operation.Parameters = operation.Parameters?.Where(p => !hidden.Contains(p.Name ?? "")).ToList();
    }

    /// <summary>A query's choices in the words that it takes, and names in the spelling of the bodies.</summary>
    private static void SpellParameters(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var described in context.Description.ParameterDescriptions.Where(p => p.Source.Id == "Query"))
        {
            if (operation.Parameters?.FirstOrDefault(p => p.Name == described.Name) is not OpenApiParameter parameter)
                continue;
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(described.Name);
            var type = described.ParameterDescriptor?.ParameterType ?? typeof(object);
            if (Activator.CreateInstance(Nullable.GetUnderlyingType(type) ?? typeof(int)) is IChoice { Words: var words })
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
        }
    }

    private void Exemplify(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var body = context.Description.ParameterDescriptions.FirstOrDefault(p => p.Source.Id == "Body")?.Type;
        if (body is not null && operation.RequestBody?.Content?.TryGetValue(Json, out var taken) == true)
            taken.Example = Example(RestExamples.Of(body));
        foreach (var answer in context.Description.SupportedResponseTypes)
        {
            if (operation.Responses?.GetValueOrDefault(answer.StatusCode.ToString(CultureInfo.InvariantCulture)) is not OpenApiResponse { Content: { } content })
                continue;
            if (content.TryGetValue(Json, out var given) && answer.Type is { } type)
                given.Example = Example(RestExamples.Of(type));
            if (content.TryGetValue("application/problem+json", out var problem))
                problem.Example = Example(RestExamples.Problem(answer.StatusCode));
        }
    }

    private JsonNode? Example(object? value) => value is null ? null : JsonSerializer.SerializeToNode(value, value.GetType(), json.Value.SerializerOptions);
}
