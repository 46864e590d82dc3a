using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using Microsoft.OpenApi;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// An operation of the OpenAPI document, and how to call it with things of a team: ids by the path's collections, bodies from the
/// document's own examples. What it does not know how to fill in stops the test, so a new operation cannot go by unseen.
/// </summary>
internal sealed partial class RestOperation(string method, string path, OpenApiOperation operation, TeamPermissions needed)
{
    public string Name => operation.OperationId!;

    public TeamPermissions Needed => needed;

    /// <summary>Beyond its refusals it needs a scoring program, which the tests of scoring have.</summary>
    public bool NeedsScoringProgram => path.Contains(":score", StringComparison.Ordinal) || path.Contains("/scores/", StringComparison.Ordinal);

    public bool IsWrite => method != "GET";

    /// <summary>Whether its path names a thing, which another team does not have.</summary>
    public bool NamesSomething => path.Contains('{', StringComparison.Ordinal);

    public override string ToString() => $"{Name} ({method} {path})";

    public static async Task<IReadOnlyList<RestOperation>> ReadAsync(PortalHost host, CancellationToken ct)
    {
        using var http = host.CreateBrowser();
        var document = (await OpenApiDocument.LoadAsync(await http.GetStreamAsync("/api/v1/openapi.json", ct), cancellationToken: ct)).Document!;
        var needs = RestEndpoint.All(host).ToDictionary(e => $"{e.Method} {Constraint().Replace(e.Pattern, "}").TrimEnd('/')}", e => e.Needed!.Permissions);
        return
        [
            .. document.Paths.SelectMany(p => p.Value.Operations!.Select(
                o => new RestOperation(o.Key.Method, p.Key, o.Value, needs[$"{o.Key.Method} {p.Key}"]))),
        ];
    }

    /// <param name="projectName">The name that deleting asks for.</param>
    public HttpRequestMessage Request(Keys keys, string projectName)
    {
        var address = PathParameter().Replace(path, match => $"{match.Groups[1].Value}/{IdOf(match.Groups[1].Value, keys)}");
        var required = (operation.Parameters ?? []).Where(p => p.In == ParameterLocation.Query && (p.Required || p.Name == "format" || (method == "DELETE" && p.Name == "name")));
        var query = string.Join('&', required.Select(p => $"{p.Name}={Uri.EscapeDataString(QueryValue(p.Name!, projectName))}"));
        return new HttpRequestMessage(new HttpMethod(method), query.Length == 0 ? address : $"{address}?{query}") { Content = Body(keys) };
    }

    /// <summary>The fields of its body and the parameters of its query that take the id of a thing, as the document has them.</summary>
    public IReadOnlyList<ForeignField> IdFields()
    {
        var query = (operation.Parameters ?? []).Where(p => p.In == ParameterLocation.Query && p.Schema is { } schema && IsId(schema))
            .Select(p => new ForeignField(p.Name!, InBody: false, IsList: false));
        var json = operation.RequestBody?.Content is { } content && content.TryGetValue("application/json", out var body) ? body.Schema : null;
        var fields = (json?.Properties ?? new Dictionary<string, IOpenApiSchema>())
            .Where(p => IsId(p.Value) || (p.Value.Items is { } item && IsId(item)))
            .Select(p => new ForeignField(p.Key, InBody: true, IsList: !IsId(p.Value)));
        return [.. query, .. fields];
    }

    /// <summary>The request with an id put into one field, all else being the team's own.</summary>
    public async Task<HttpRequestMessage> RequestAsync(Keys keys, string projectName, ForeignField field, Guid id, CancellationToken ct)
    {
        var request = Request(keys, projectName);
        if (!field.InBody)
        {
            var address = request.RequestUri!.OriginalString;
            request.RequestUri = new Uri($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{field.Name}={id}", UriKind.Relative);
            return request;
        }

        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(ct))!;
        body[field.Name] = field.IsList ? new JsonArray(JsonValue.Create(id)) : JsonValue.Create(id);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return request;
    }

    private static bool IsId(IOpenApiSchema schema) =>
        schema.Format == "uuid" || (schema.OneOf ?? []).Concat(schema.AnyOf ?? []).Any(IsId);

    private HttpContent? Body(Keys keys)
    {
        if (operation.RequestBody?.Content is not { Count: > 0 } content)
            return null;
        if (content.TryGetValue("application/json", out var json))
        {
            var example = json.Example ?? throw new NotSupportedException($"{this} has no example body to call it with.");
            return new StringContent(Fill(example.DeepClone(), keys).ToJsonString(), Encoding.UTF8, "application/json");
        }

        if (content.ContainsKey("application/zip"))
            return Typed(Zip(), "application/zip");
        if (content.ContainsKey("multipart/form-data"))
            return new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(TeamAtWork.Next())), "files", "a.png" } };
        if (!content.ContainsKey("image/png"))
            throw new NotSupportedException($"{this} takes {string.Join(", ", content.Keys)}: say here what to send.");
        return Typed(Picture.Mask(), "image/png");
    }

    private static ByteArrayContent Typed(byte[] bytes, string type)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>With the file that makes a zip a backup and the seal that makes it a bundle; an import minds neither.</summary>
    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.CreateEntry(ArchiveFiles.Project);
            zip.Comment = PortableFile.EmptySeal;
        }

        PortableFile.SealAsync(stream, CancellationToken.None).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    /// <summary>The example with the ids of the team's own things, and no more shots than it has.</summary>
    private JsonNode Fill(JsonNode node, Keys keys)
    {
        foreach (var (name, value) in node is JsonObject fields ? fields.ToList() : [])
        {
            if (name == "shots")
                node[name] = 2;
            else if (value is JsonArray { Count: > 0 } list && Guid.TryParse(list[0]!.ToString(), out _))
                node[name] = new JsonArray(BulkId(name, keys));
            else if (value is JsonValue && Guid.TryParse(value.ToString(), out _))
                throw new NotSupportedException($"{this} has an id “{name}” in its body: say here whose.");
            else if (value is JsonObject)
                Fill(value, keys);
        }

        return node;
    }

    private JsonValue BulkId(string name, Keys keys) => (name, path.Contains("/images", StringComparison.Ordinal)) switch
    {
        ("ids", true) => JsonValue.Create(keys.Image.Value),
        ("results", _) => JsonValue.Create(keys.Result.Value),
        _ => throw new NotSupportedException($"{this} has ids “{name}” in its body: say here whose."),
    };

    private Guid IdOf(string collection, Keys keys) => collection switch
    {
        "projects" => keys.Project.Value,
        "images" => keys.Image.Value,
        "runs" => keys.Run.Value,
        "models" => keys.Model.Value,
        "results" => keys.Result.Value,
        "exports" => keys.Transfer.Value,
        "imports" => keys.Import.Value,
        "schedules" => keys.Schedule.Value,
        "requests" => keys.Asked.Value, // of publish-requests
        "webhooks" => keys.Webhook.Value,
        "deliveries" => keys.Delivery.Value,
        "studies" => keys.Study.Value, // of stability-studies
        "batches" => keys.Batch.Value, // of score-batches
        "scores" => Guid.Empty, // an answer that nobody has
        _ => throw new NotSupportedException($"{this}: no test knows an id of “{collection}”. Add it here and to the seed."),
    };

    private string QueryValue(string name, string projectName) => name switch
    {
        "name" => projectName,
        "format" => "csv",
        _ => throw new NotSupportedException($"{this} needs “{name}” in its query: say here what to give."),
    };

    [GeneratedRegex(@"(\w+)/\{\w+\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@":[a-z]+\}")]
    private static partial Regex Constraint();
}

/// <summary>Where an operation takes an id beside its path.</summary>
internal sealed record ForeignField(string Name, bool InBody, bool IsList);
