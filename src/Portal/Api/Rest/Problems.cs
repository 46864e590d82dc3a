using FewShotAD.Domain.Common;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>Expected failures as problem documents (RFC 9457): <c>type</c> is our error code, <c>detail</c> says what to do.</summary>
public static class Problems
{
    private const string TypePrefix = "urn:fewshotad:error:";

    /// <param name="status">Null for the one of the error's kind.</param>
    public static ProblemHttpResult ToProblem(this Error error, int? status = null) => TypedResults.Problem(
        detail: error.Message,
        statusCode: status ?? StatusOf(error.Kind),
        title: status is { } given && given != StatusOf(error.Kind) ? ReasonPhrases.GetReasonPhrase(given) : TitleOf(error.Kind),
        type: TypePrefix + error.Code);

    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorKind.TooMany => StatusCodes.Status429TooManyRequests,
        ErrorKind.Stale => StatusCodes.Status412PreconditionFailed,
        ErrorKind.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string TitleOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => "The request cannot be used as it is",
        ErrorKind.NotFound => "Not found",
        ErrorKind.Conflict => "Not possible in the present state",
        ErrorKind.Forbidden => "Not allowed",
        ErrorKind.TooLarge => "Too large",
        ErrorKind.TooMany => "Too many",
        ErrorKind.Stale => "Changed in the meantime",
        ErrorKind.Unavailable => "Not available right now",
        _ => "Failed",
    };
}
