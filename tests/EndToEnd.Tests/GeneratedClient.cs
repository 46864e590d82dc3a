using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
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
internal sealed class GeneratedClient
{
    private const string Namespace = "FewShotAD.Client";

    private static readonly JsonSerializerOptions Whole = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private readonly Assembly assembly;

    private GeneratedClient(Assembly assembly, HttpClient http) =>
        (this.assembly, Api) = (assembly, Activator.CreateInstance(TypeOf("PortalClient", assembly), http)!);

    /// <summary>The methods that the document names; their types are known only now.</summary>
    public dynamic Api { get; }

    public static async Task<GeneratedClient> CreateAsync(HttpClient http, CancellationToken ct)
    {
        var document = await OpenApiDocument.FromJsonAsync(await http.GetStringAsync("/api/v1/openapi.json", ct), ct);
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "PortalClient",
            InjectHttpClient = true,
            UseBaseUrl = false,
            CSharpGeneratorSettings = { Namespace = Namespace, JsonLibrary = CSharpJsonLibrary.SystemTextJson },
        };
        return new GeneratedClient(Compile(new CSharpClientGenerator(document, settings).GenerateFile()), http);
    }

    /// <summary>A body of the client's type <paramref name="name"/> with some of its fields, which must be there.</summary>
    public dynamic Body(string name, object fields) =>
        JsonSerializer.SerializeToElement(fields).Deserialize(TypeOf(name, assembly), Whole)!;

    /// <summary>A file as the client takes it.</summary>
    public dynamic File(string path) => Activator.CreateInstance(TypeOf("FileParameter", assembly), System.IO.File.OpenRead(path), Path.GetFileName(path))!;

    public dynamic Files(IReadOnlyList<string> paths)
    {
        var files = Array.CreateInstance(TypeOf("FileParameter", assembly), paths.Count);
        for (var i = 0; i < paths.Count; i++)
            files.SetValue(File(paths[i]), i);
        return files;
    }

    private static Type TypeOf(string name, Assembly assembly) => assembly.GetType($"{Namespace}.{name}", throwOnError: true)!;

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
