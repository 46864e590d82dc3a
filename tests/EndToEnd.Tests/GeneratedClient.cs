using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>
/// A client as somebody else would get it: generated from the document that a running portal gives out, and compiled. A document
/// that generators cannot use fails here.
/// </summary>
internal static class GeneratedClient
{
    private const string Namespace = "FewShotAD.Client";

    /// <returns>The client, with the methods that the document names; its types are known only now.</returns>
    public static async Task<object> CreateAsync(HttpClient http, CancellationToken ct)
    {
        var document = await OpenApiDocument.FromJsonAsync(await http.GetStringAsync("/api/v1/openapi.json", ct), ct);
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "PortalClient",
            InjectHttpClient = true,
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = Namespace, JsonLibrary = CSharpJsonLibrary.SystemTextJson },
        };
        var assembly = Compile(new CSharpClientGenerator(document, settings).GenerateFile());
        return Activator.CreateInstance(assembly.GetType($"{Namespace}.PortalClient", throwOnError: true)!, http)!;
    }

    private static Assembly Compile(string source)
    {
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            Namespace, [CSharpSyntaxTree.ParseText(source)], platform.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var built = compilation.Emit(image);
        Assert.True(built.Success, string.Join('\n', built.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        return Assembly.Load(image.ToArray());
    }
}
