using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Training;

/// <summary>
/// Which run an Idempotency-Key started: a caller who heard no answer asks again with the same key and gets the same run.
/// </summary>
public sealed class RememberedStart : ITenantOwned
{
    public const int KeyMaxLength = 200;

    /// <summary>After this a key is forgotten and may start another run.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromHours(24);

    private RememberedStart() => Key = RequestHash = "";

    public TenantId TenantId { get; private set; }

    public string Key { get; private set; }

    /// <summary>SHA-256 of what was asked for.</summary>
    public string RequestHash { get; private set; }

    public RunId RunId { get; private set; }

    public DateTimeOffset At { get; private set; }

    public static Result CheckKey(string key) =>
        key.Length is 0 or > KeyMaxLength || key.Any(c => c is <= ' ' or > '~') ? new InvalidIdempotencyKey() : Result.Ok;

    public static RememberedStart Create(TrainingRun run, string key, string requestHash, DateTimeOffset now) =>
        new() { TenantId = run.TenantId, Key = key, RequestHash = requestHash, RunId = run.Id, At = now };
}
