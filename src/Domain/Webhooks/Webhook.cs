using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Webhooks;

/// <summary>An address of another system that a team wants told.</summary>
public sealed class Webhook : ITenantOwned
{
    public const int NameMaxLength = 80;
    public const int UrlMaxLength = 2_000;
    public const int MostPerTeam = 20;

    /// <summary>After so many deliveries in a row that were given up, nothing is sent until a person switches it on again.</summary>
    public const int MostFailures = 10;

    private Webhook() => Name = Url = ProtectedSecret = "";

    public TenantId TenantId { get; private set; }

    public WebhookId Id { get; private set; }

    public string Name { get; private set; }

    public string Url { get; private set; }

    /// <summary>The part of the address that may be shown to everybody: what follows often is a secret.</summary>
    public string Host => new Uri(Url).Host;

    public HappeningKinds Events { get; private set; }

    /// <summary>The key of the signature, encrypted: it has to be read again for every delivery.</summary>
    public string ProtectedSecret { get; private set; }

    public bool Active { get; private set; }

    /// <summary>Deliveries given up since the last one that arrived.</summary>
    public int Failures { get; private set; }

    public UserId CreatedBy { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static Result<Webhook> Create(
        TenantId tenant, string? name, string? url, HappeningKinds events, string protectedSecret, bool allowHttp, UserId by, DateTimeOffset now)
    {
        var webhook = new Webhook
        {
            TenantId = tenant,
            Id = new WebhookId(Guid.CreateVersion7(now)),
            ProtectedSecret = protectedSecret,
            Active = true,
            CreatedBy = by,
            CreatedAt = now,
        };
        var described = webhook.Describe(name, url, events, allowHttp);
        return described.Succeeded ? webhook : described.Error;
    }

    /// <param name="allowHttp">The administrator allows addresses without encryption.</param>
    public Result Describe(string? name, string? url, HappeningKinds events, bool allowHttp)
    {
        var trimmed = name?.Trim() ?? "";
        if (trimmed.Length is 0 or > NameMaxLength)
            return new InvalidWebhookName();
        if (url is null || url.Length > UrlMaxLength || !Uri.TryCreate(url.Trim(), UriKind.Absolute, out var address) || address.UserInfo.Length > 0)
            return new InvalidWebhookUrl(allowHttp);
        if (address.Scheme != Uri.UriSchemeHttps && !(allowHttp && address.Scheme == Uri.UriSchemeHttp))
            return new InvalidWebhookUrl(allowHttp);
        if (events == HappeningKinds.None || HappeningNames.Subscribable.Aggregate(events, (left, kind) => left & ~kind) != 0)
            return new InvalidWebhookEvents();
        (Name, Url, Events) = (trimmed, address.AbsoluteUri, events);
        return Result.Ok;
    }

    public void ChangeSecret(string protectedSecret) => ProtectedSecret = protectedSecret;

    public void SwitchOn() => (Active, Failures) = (true, 0);

    public void SwitchOff() => Active = false;
}

public sealed record InvalidWebhookName()
    : Error(ErrorKind.Invalid, "webhook.name", $"The name of a webhook has 1 to {Webhook.NameMaxLength} characters: say which system it tells.");

public sealed record InvalidWebhookUrl(bool AllowHttp)
    : Error(ErrorKind.Invalid, "webhook.url", $"Give a whole address that begins with {(AllowHttp ? "https:// or http://" : "https://")} and has no user name in it, of at most {Webhook.UrlMaxLength} characters.");

public sealed record InvalidWebhookEvents()
    : Error(ErrorKind.Invalid, "webhook.events", $"Choose at least one of {string.Join(", ", HappeningNames.Subscribable.Select(kind => kind.Name()))}, and nothing else.");

public sealed record TooManyWebhooks()
    : Error(ErrorKind.TooMany, "webhook.many", $"A team has at most {Webhook.MostPerTeam} webhooks. Delete one that is not needed.");

public sealed record WebhookNotFound()
    : Error(ErrorKind.NotFound, "webhook.missing", "This webhook does not exist, or it belongs to another team.");
