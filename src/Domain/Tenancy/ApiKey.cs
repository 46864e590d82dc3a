using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Tenancy;

/// <summary>A key for programs, of one team. The token is shown once.</summary>
public sealed class ApiKey : ITenantOwned
{
    public const string TokenPrefix = "fsad_";
    public const int NameMaxLength = 80;
    public const int MinRequestsPerMinute = 1;
    public const int MaxRequestsPerMinute = 100_000;
    public const int DefaultRequestsPerMinute = 600;

    private const int ShownLength = 10;

    private ApiKey() => Name = TokenHash = Start = "";

    public TenantId TenantId { get; private set; }

    public ApiKeyId Id { get; private set; }

    public string Name { get; private set; }

    /// <summary>The first characters of the token, by which a person knows it again.</summary>
    public string Start { get; private set; }

    public string TokenHash { get; private set; }

    public TeamPermissions Scopes { get; private set; }

    public int RequestsPerMinute { get; private set; }

    /// <summary>What the key makes is this person's.</summary>
    public UserId CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>To the minute.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <returns>The key, and the token that nobody will see again.</returns>
    public static Result<(ApiKey Key, string Token)> Create(
        TenantId tenant, string? name, TeamPermissions scopes, int requestsPerMinute, DateTimeOffset? expiresAt, UserId by, DateTimeOffset now)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > NameMaxLength)
            return new InvalidKeyName();
        if (scopes == TeamPermissions.None || (scopes & ~TeamPermissionRules.Scopes) != 0)
            return new InvalidKeyScopes();
        if (requestsPerMinute is < MinRequestsPerMinute or > MaxRequestsPerMinute)
            return new InvalidKeyRate();
        if (expiresAt <= now)
            return new InvalidKeyExpiry();
        var token = TokenPrefix + SecretToken.Create();
        var key = new ApiKey
        {
            TenantId = tenant,
            Id = new ApiKeyId(Guid.CreateVersion7(now)),
            Name = trimmed,
            Start = token[..ShownLength],
            TokenHash = HashOf(token),
            Scopes = scopes,
            RequestsPerMinute = requestsPerMinute,
            CreatedBy = by,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        return (key, token);
    }

    public static string HashOf(string token) => SecretToken.HashOf(token);

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    public Result Revoke(DateTimeOffset now)
    {
        if (RevokedAt is not null)
            return new KeyAlreadyRevoked(Name);
        RevokedAt = now;
        return Result.Ok;
    }
}

public sealed record InvalidKeyName()
    : Error(ErrorKind.Invalid, "key.name", $"The name of a key has 1 to {ApiKey.NameMaxLength} characters: say which program will use it.");

public sealed record InvalidKeyScopes()
    : Error(ErrorKind.Invalid, "key.scopes", $"Give the key at least one of the scopes {TeamPermissionRules.Scopes.InWords()}, and no other.");

public sealed record InvalidKeyRate()
    : Error(ErrorKind.Invalid, "key.rate", $"A key may send {ApiKey.MinRequestsPerMinute} to {ApiKey.MaxRequestsPerMinute} requests a minute.");

public sealed record InvalidKeyExpiry()
    : Error(ErrorKind.Invalid, "key.expiry", "A key ends in the future, or never.");

public sealed record KeyAlreadyRevoked(string Name)
    : Error(ErrorKind.Conflict, "key.revoked", $"“{Name}” is revoked already.");

public sealed record KeyNotFound()
    : Error(ErrorKind.NotFound, "key.missing", "This key does not exist, or it belongs to another team.");
