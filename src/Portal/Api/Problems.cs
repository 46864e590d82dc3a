using FewShotAD.Domain.Common;

namespace FewShotAD.Portal.Api;

/// <summary>Expected failures as problem documents (RFC 9457): <c>type</c> is our error code, <c>detail</c> says what to do.</summary>
public static class Problems
{
    public static IResult ToProblem(this Error error) => TypedResults.Problem(
        detail: error.Message,
        statusCode: StatusOf(error.Kind),
        title: TitleOf(error.Kind),
        type: $"urn:fewshotad:error:{error.Code}");

    public static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Conflict => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
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
        ErrorKind.Unavailable => "Not available right now",
        _ => "Failed",
    };
}
