using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace FewShotAD.Portal.Api.Rest.Document;

/// <summary>What the schemas are called in the document.</summary>
internal sealed class SchemaNames
{
    private readonly ConcurrentDictionary<string, Type> taken = new();

    /// <returns>Null for a schema that stands where it is used.</returns>
    /// <exception cref="InvalidOperationException">Another type has this name: one would silently be described as the other.</exception>
    public string? Of(JsonTypeInfo type)
    {
        // By its name, a choice that may be null would say null wherever the choice is used.
        if (Nullable.GetUnderlyingType(type.Type) is not null || type.Type == typeof(IFormFileCollection))
            return null;
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Rest", "", StringComparison.Ordinal) is not { } name)
            return null;
        var first = taken.GetOrAdd(name, type.Type);
        return first == type.Type ? name : throw new InvalidOperationException($"{first} and {type.Type} are both called {name} in the document: rename one.");
    }
}
