using System.Diagnostics.CodeAnalysis;

namespace FewShotAD.Domain.Common;

/// <summary>What kind of answer an expected failure is; the REST layer maps it to a status, pages to a severity.</summary>
public enum ErrorKind
{
    Invalid,
    NotFound,
    Conflict,
    Forbidden,
    TooLarge,

    /// <summary>A quota or a rate; the same request may succeed later.</summary>
    TooMany,

    /// <summary>The caller acted on an older state than the present one.</summary>
    Stale,
    Unavailable,
}

/// <summary>
/// An expected failure. Features derive one-line records from it.
/// <paramref name="Message"/> is for people: what happened and what to do.
/// </summary>
public record Error(ErrorKind Kind, string Code, string Message);

/// <summary>The outcome of a use case that returns nothing but can fail in an expected way.</summary>
public readonly struct Result
{
    private Result(Error? error) => Error = error;

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    public static Result Ok { get; }

    public static Result Fail(Error error) => new(error);

    public static implicit operator Result(Error error) => new(error);
}

/// <summary>A value, or the expected failure that stands in its place.</summary>
public readonly struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Error? error)
    {
        this.value = value;
        Error = error;
    }

    public Error? Error { get; }

    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    /// <summary>The value of a success.</summary>
    /// <exception cref="InvalidOperationException">The result is a failure: a bug in the caller.</exception>
    public T Value => Error is null ? value! : throw new InvalidOperationException($"Result failed: {Error.Message}");

    public static Result<T> Ok(T value) => new(value, null);

    public static Result<T> Fail(Error error) => new(default, error);

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
