using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Webhooks;

public enum DeliveryStatus
{
    Waiting = 0,
    Delivered = 1,
    GivenUp = 2,
}

/// <summary>
/// One thing to tell one webhook, and what became of it. It is saved with the change that it tells of, so neither exists without
/// the other. It may arrive more than once (a node that dies after sending), never not at all: receivers go by its id.
/// </summary>
public sealed class WebhookDelivery : ITenantOwned
{
    public const int AnswerMaxLength = 1_000;

    /// <summary>How long a sender has before another node takes the delivery up.</summary>
    public static readonly TimeSpan ClaimLength = TimeSpan.FromMinutes(1);

    /// <summary>Pauses after the first, second, … try that failed: a day and a half in all.</summary>
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(8), TimeSpan.FromHours(24),
    ];

    private WebhookDelivery() => Body = "";

    public TenantId TenantId { get; private set; }

    public DeliveryId Id { get; private set; }

    public WebhookId WebhookId { get; private set; }

    public HappeningKinds Kind { get; private set; }

    /// <summary>The JSON that is sent and signed, byte for byte.</summary>
    public string Body { get; private set; }

    public DeliveryStatus Status { get; private set; }

    public int Attempts { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>Not before; while it is being sent, when another node may try.</summary>
    public DateTimeOffset NextAttemptAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public int? LastStatusCode { get; private set; }

    /// <summary>What came back, or why nothing did.</summary>
    public string? LastAnswer { get; private set; }

    public static int MostAttempts => Pauses.Length + 1;

    public static WebhookDelivery Create(Webhook webhook, HappeningKinds kind, DeliveryId id, string body, DateTimeOffset now) => new()
    {
        TenantId = webhook.TenantId,
        Id = id,
        WebhookId = webhook.Id,
        Kind = kind,
        Body = body,
        CreatedAt = now,
        NextAttemptAt = now,
    };

    /// <summary>Another try of what is over, from the beginning, under the same id.</summary>
    public Result Replay(DateTimeOffset now)
    {
        if (Status == DeliveryStatus.Waiting)
            return new DeliveryStillWaiting();
        (Status, Attempts, NextAttemptAt, EndedAt) = (DeliveryStatus.Waiting, 0, now, null);
        return Result.Ok;
    }

    public void Arrived(int statusCode, string? answer, DateTimeOffset now)
    {
        Tried(statusCode, answer);
        (Status, EndedAt) = (DeliveryStatus.Delivered, now);
    }

    public void Failed(int? statusCode, string? answer, DateTimeOffset now)
    {
        Tried(statusCode, answer);
        if (Attempts >= MostAttempts)
            (Status, EndedAt) = (DeliveryStatus.GivenUp, now);
        else
            NextAttemptAt = now + Pauses[Attempts - 1];
    }

    private void Tried(int? statusCode, string? answer)
    {
        Attempts++;
        (LastStatusCode, LastAnswer) = (statusCode, answer is { Length: > AnswerMaxLength } ? answer[..AnswerMaxLength] : answer);
    }
}

public sealed record DeliveryStillWaiting()
    : Error(ErrorKind.Conflict, "delivery.waiting", "This delivery is still being tried. Wait until it has arrived or was given up.");

public sealed record DeliveryNotFound()
    : Error(ErrorKind.NotFound, "delivery.missing", "This delivery does not exist, or it belongs to another team.");
