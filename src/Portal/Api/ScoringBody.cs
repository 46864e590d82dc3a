using FewShotAD.Domain.Common;
using FewShotAD.Imaging;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api;

/// <summary>The one picture of a request: the body itself, or the file of a form.</summary>
/// <param name="Name">As the sender calls it, if at all.</param>
internal sealed record ScoringBody(Stream Content, string? Name) : IAsyncDisposable
{
    /// <summary>A little more than a picture may have, for what a form puts around it.</summary>
    public const long RequestBytes = DecodeLimits.DefaultMaxBytes + (1 << 20);

    /// <summary>A picture up to here stays in memory, a larger one goes by a file below the data directory.</summary>
    private const int MemoryBytes = 1 << 20;

    public static async Task<Result<ScoringBody>> ReadAsync(HttpRequest request, CancellationToken ct)
    {
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

    private sealed record OnePicture(int Count)
        : Error(ErrorKind.Invalid, "score.file", $"The form has {Count} files. Send one picture in the field “file”, or the picture itself as the body.");
}
