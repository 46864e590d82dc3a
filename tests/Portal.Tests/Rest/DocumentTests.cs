using System.Text.Json;
using System.Text.RegularExpressions;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace FewShotAD.Portal.Tests.Rest;

/// <summary>The OpenAPI document against the routing: whatever is mapped is in it, whole.</summary>
public sealed partial class DocumentTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task It_is_valid_and_everybody_may_read_it()
    {
        var (document, diagnostics) = await OpenApiDocument.LoadAsync(await Visitor().Http.GetStreamAsync("/api/v1/openapi.json", Ct), cancellationToken: Ct);
        Assert.Empty(diagnostics!.Errors);
        Assert.Empty(diagnostics.Warnings);
        Assert.Empty(document!.Validate(ValidationRuleSet.GetDefaultRuleSet()));
        Assert.Contains("Authorization: Bearer", document!.Info!.Description!, StringComparison.Ordinal);
        Assert.Equal(["apiKey", "cookie"], document!.Components!.SecuritySchemes!.Keys.Order());
    }

    [Fact]
    public async Task Every_endpoint_is_in_it()
    {
        var document = await ReadAsync();
        var written = document.Paths.SelectMany(path => path.Value.Operations!.Select(o => $"{o.Key} {path.Key}")).Order();
        Assert.Equal(RestEndpoint.All(Host).Select(e => $"{e.Method} {Constraint().Replace(e.Pattern, "}").TrimEnd('/')}").Order(), written);
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_who_may_and_how_it_fails()
    {
        var document = await ReadAsync();
        var operations = document.Paths.SelectMany(path => path.Value.Operations!.Values).ToList();
        Assert.Equal(operations.Count, operations.Select(o => o.OperationId).Distinct().Count());
        Assert.All(operations, operation =>
        {
            var name = operation.OperationId;
            Assert.True(!string.IsNullOrEmpty(name) && !string.IsNullOrEmpty(operation.Summary), $"{name} has no name or summary.");
            Assert.True(operation.Tags is { Count: 1 } && RestTags.Descriptions.ContainsKey(operation.Tags.Single().Name!), $"{name} is in no chapter.");
            Assert.True(operation.Security is { Count: > 0 } && operation.Description!.Contains("eeds", StringComparison.Ordinal), $"{name} does not say who may.");
            Assert.DoesNotContain(operation.Parameters ?? [], p => string.Equals(p.Name, "actor", StringComparison.OrdinalIgnoreCase));
            Assert.Contains("401", operation.Responses!.Keys);
            foreach (var (status, response) in operation.Responses)
            {
                if (status[0] == '4')
                    Assert.True(response.Content?.ContainsKey("application/problem+json") == true, $"{name} answers {status} without a problem document.");
                if (status is "200" or "201")
                    Assert.True(response.Content is { Count: > 0 }, $"{name} does not say what it answers with {status}.");
                if (response.Content is { } given && given.TryGetValue("application/json", out var answer))
                    Assert.True(answer.Example is not null, $"{name} has no example for its answer {status}: add one to RestExamples.");
            }

            if (operation.RequestBody?.Content is { } taken && taken.TryGetValue("application/json", out var body))
                Assert.True(body.Example is not null, $"{name} has no example for its body: add one to RestExamples.");
        });
    }

    [Fact]
    public async Task Choices_are_words_files_are_binary_and_numbers_are_numbers()
    {
        using var json = JsonDocument.Parse(await Visitor().Http.GetStringAsync("/api/v1/openapi.json", Ct));
        var (paths, schemas) = (json.RootElement.GetProperty("paths"), json.RootElement.GetProperty("components").GetProperty("schemas"));
        Assert.Equal("[\"unassigned\",\"support\",\"test\"]", Compact(schemas.GetProperty("ImageSplit").GetProperty("enum")));
        var split = paths.GetProperty("/api/v1/projects/{project}/images").GetProperty("get").GetProperty("parameters").EnumerateArray().Single(p => p.GetProperty("name").GetString() == "split");
        Assert.Equal("[\"unassigned\",\"support\",\"test\"]", Compact(split.GetProperty("schema").GetProperty("enum")));
        var file = paths.GetProperty("/api/v1/results/{id}/map").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/octet-stream");
        Assert.Equal("{\"type\":\"string\",\"format\":\"binary\"}", Compact(Resolve(json.RootElement, file.GetProperty("schema"))));
        var form = Resolve(json.RootElement, paths.GetProperty("/api/v1/projects/{project}/images").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema"));
        Assert.Equal("binary", Resolve(json.RootElement, Resolve(json.RootElement, form.GetProperty("properties").GetProperty("files")).GetProperty("items")).GetProperty("format").GetString());
        Assert.Equal("integer", schemas.GetProperty("Image").GetProperty("properties").GetProperty("width").GetProperty("type").GetString());
        Assert.Equal(2, schemas.GetProperty("NewRun").GetProperty("properties").GetProperty("adversarial").GetProperty("oneOf").GetArrayLength());
    }

    private static JsonElement Resolve(JsonElement root, JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? root.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1])
        : schema;

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    private async Task<OpenApiDocument> ReadAsync() =>
        (await OpenApiDocument.LoadAsync(await Visitor().Http.GetStreamAsync("/api/v1/openapi.json", Ct), cancellationToken: Ct)).Document!;

    [GeneratedRegex(@":[a-z]+\}")]
    private static partial Regex Constraint();
}
