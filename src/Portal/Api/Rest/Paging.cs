using System.Buffers.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>A page of a list. <paramref name="Next"/> goes back as <c>cursor</c> for the page after it; null at the end.</summary>
public sealed record RestPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// Where a list goes on: the sort values of the last row that was given. Rows that come or go meanwhile neither double nor hide
/// another one, as they would with a count of rows to skip.
/// </summary>
public static class Cursor
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;

    public static string Write<T>(T position) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(position));

    /// <param name="text">Null or empty at the beginning of a list.</param>
    /// <returns>Null at the beginning.</returns>
    public static Result<T?> Read<T>(string? text)
        where T : class
    {
        if (string.IsNullOrEmpty(text))
            return Result<T?>.Ok(null);
        try
        {
            var position = JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(text));
            return position is null ? new InvalidCursor() : Result<T?>.Ok(position);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return new InvalidCursor();
        }
    }

    /// <summary>A page of rows of which one more was read than is given, if there was one: that is how the end is known.</summary>
    public static RestPage<TItem> Page<TRow, TItem, TPosition>(
        IReadOnlyList<TRow> rows, int limit, Func<TRow, TItem> represent, Func<TRow, TPosition> position)
    {
        var given = rows.Take(limit).ToList();
        return new RestPage<TItem>([.. given.Select(represent)], rows.Count > limit ? Write(position(given[^1])) : null);
    }

    /// <summary>How many to give for the <c>limit</c> that was asked for.</summary>
    public static Result<int> Limit(int? asked) => asked switch
    {
        null => DefaultLimit,
        >= 1 and <= MaxLimit => asked.Value,
        _ => new InvalidLimit(),
    };
}

public sealed record InvalidCursor()
    : Error(ErrorKind.Invalid, "page.cursor", "This cursor is not one that the list gave out. Leave it away to begin, then send back “next” as it came.");

public sealed record InvalidLimit()
    : Error(ErrorKind.Invalid, "page.limit", $"“limit” goes from 1 to {Cursor.MaxLimit}.");
