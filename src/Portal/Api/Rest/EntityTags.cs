using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Common;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>
/// Strong validators: the tag of a thing is a hash of what is sent of it. <c>If-None-Match</c> saves sending it again,
/// <c>If-Match</c> keeps a write from going over one that its caller has not seen.
/// </summary>
public static class EntityTags
{
    /// <summary>200 with the tag, or 304 when the caller has just this.</summary>
    public static IResult Tagged<T>(this HttpContext http, T representation)
    {
        var tag = TagOf(http, representation);
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = "private, no-cache";
        var known = http.Request.GetTypedHeaders().IfNoneMatch;
        return known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(representation);
    }

    /// <summary>Puts the tag on an answer that carries more than the thing itself.</summary>
    public static void Tag<T>(this HttpContext http, T representation) => http.Response.Headers.ETag = TagOf(http, representation).ToString();

    /// <summary>201 with the address and the tag of what was made.</summary>
    public static IResult CreatedAt<T>(this HttpContext http, string address, T representation)
    {
        http.Response.Headers.ETag = TagOf(http, representation).ToString();
        return TypedResults.Created(address, representation);
    }

    /// <summary>Holds an <c>If-Match</c> against the thing as it is now.</summary>
    /// <param name="stamp">The state that was read; the write goes through only if it is still that one.</param>
    /// <returns>The stamp to expect, or null where the caller takes the thing as it is.</returns>
    public static async Task<Result<Guid?>> ExpectAsync<TState, TBody>(
        HttpContext http, Func<Task<Result<TState>>> read, Func<TState, TBody> represent, Func<TState, Guid?> stamp, Error stale)
    {
        if (http.Request.Headers.IfMatch.Count == 0)
            return Result<Guid?>.Ok(null);
        var state = await read();
        if (!state.Succeeded)
            return state.Error;
        var tag = TagOf(http, represent(state.Value));
        var wanted = http.Request.GetTypedHeaders().IfMatch;
        return wanted.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true))
            ? Result<Guid?>.Ok(stamp(state.Value))
            : stale;
    }

    private static EntityTagHeaderValue TagOf<T>(HttpContext http, T representation)
    {
        var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(representation, json));
        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(hash.AsSpan(0, 16))}\"");
    }
}
