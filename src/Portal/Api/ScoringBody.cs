using FewShotAD.Domain.Common;
using FewShotAD.Imaging;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace FewShotAD.Portal.Api;

/// <summary>The one picture of a request: the body itself, or the file of a form.</summary>
/// <param name="Name">As the sender calls it, if at all.</param>
internal sealed record ScoringBody(Stream Content, string? Name) : IAsyncDisposable
{
    /// <summary>A little more than a picture may have, for what a form puts around it.</summary>
    public const long RequestBytes = DecodeLimits.DefaultMaxBytes + (1 << 20);

    /// <summary>A picture up to here stays in memory, a larger one goes by a file below the data directory.</summary>
    private const int MemoryBytes = 1 << 20;

    private const string Raw = "application/octet-stream";
    private const string Form = "multipart/form-data";

    /// <summary>The body as the OpenAPI document shows it.</summary>
    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema { Type = JsonSchemaType.Object, Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = file } };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Raw] = new() { Schema = file }, ["image/*"] = new() { Schema = file }, [Form] = new() { Schema = form },
            },
        };
        return Task.CompletedTask;
    }

    public static async Task<Result<ScoringBody>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType.Value ?? "" : "";
        if (!request.HasFormContentType && type != Raw && !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase))
            return new NoPicture();
        if (request.HasFormContentType)
        {
            var form = await request.ReadFormAsync(ct);
            return form.Files is [var file] ? new ScoringBody(file.OpenReadStream(), file.FileName) : new OnePicture(form.Files.Count);
        }

        var content = new FileBufferingReadStream(request.Body, MemoryBytes);
        try
        {
            await content.DrainAsync(ct);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        content.Position = 0;
        var name = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition)
            ? HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value
            : null;
        return new ScoringBody(content, name);
    }

    public ValueTask DisposeAsync() => Content.DisposeAsync();

    internal sealed record NoPicture()
        : Error(ErrorKind.Invalid, "score.type", $"Send the picture with the Content-Type image/… or {Raw}, or as {Form} in the field “file”.");

    private sealed record OnePicture(int Count)
        : Error(ErrorKind.Invalid, "score.file", $"The form has {Count} files. Send one picture in the field “file”, or the picture itself as the body.");
}
