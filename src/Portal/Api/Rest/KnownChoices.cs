using System.Text.Json;
using FewShotAD.Domain.Common;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>Parameters of a query, gathered.</summary>
public interface IQueryFilter;

/// <summary>A word of a query that stands for one of a few things.</summary>
public interface IChoice
{
    /// <summary>What was given instead of one of the words; null when all is well.</summary>
    string? Unknown { get; }

    IReadOnlyList<string> Words { get; }
}

/// <summary>
/// An enumeration in a query, in the spelling of the JSON bodies or any other. Bound by itself it would take “7” for a member
/// and filter by it in silence.
/// </summary>
public readonly record struct Choice<T>(T Value, string? Unknown = null) : IChoice
    where T : struct, Enum
{
    public IReadOnlyList<string> Words => [.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)];

    /// <summary>Takes any text: what is none of the words is refused by <see cref="KnownChoices"/>, which names them.</summary>
    public static bool TryParse(string? text, IFormatProvider? provider, out Choice<T> choice)
    {
        choice = text is [var first, ..] && char.IsAsciiLetter(first) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
            ? new Choice<T>(value)
            : new Choice<T>(default, text ?? "");
        return true;
    }
}

internal static class KnownChoices
{
    public static async ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.Arguments.SelectMany(Choices).FirstOrDefault(choice => choice.Unknown is not null) is { } wrong
            ? new UnknownChoice(wrong.Unknown!, string.Join(", ", wrong.Words)).ToProblem()
            : await next(context);

    /// <summary>An argument that is a choice, or those of a filter that gathers several parameters.</summary>
    private static IEnumerable<IChoice> Choices(object? argument) => argument switch
    {
        IChoice one => [one],
        IQueryFilter filter => filter.GetType().GetProperties().Select(p => p.GetValue(filter)).OfType<IChoice>(),
        _ => [],
    };

    private sealed record UnknownChoice(string Given, string Known)
        : Error(ErrorKind.Invalid, "request.choice", $"“{Given}” is none of {Known}.");
}
