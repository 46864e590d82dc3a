using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FewShotAD.Portal.Api.Rest.Document;

/// <summary>Schemas that the types alone do not tell.</summary>
internal sealed class SchemaText : IOpenApiSchemaTransformer
{
    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(AdversarialChoice))
        {
            var options = await context.GetOrCreateSchemaAsync(typeof(AdversarialChange), null, cancellationToken);
            schema.Description = "true or false for the adversarial loss with the preset's options or without it, or the options that differ.";
            schema.OneOf = [new OpenApiSchema { Type = JsonSchemaType.Boolean }, options];
            schema.Type = null;
        }
        else if (type == typeof(Stream))
        {
            (schema.Type, schema.Format) = (JsonSchemaType.String, "binary");
        }
        else if (type == typeof(IFormFileCollection))
        {
            // Generators know the files of a form only where they stand in it.
            schema.Items = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            // Without a type it could be anything, and generators make numbers of it.
            schema.Type = type.IsEnum ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }
    }
}
