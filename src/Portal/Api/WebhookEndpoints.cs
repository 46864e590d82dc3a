using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Api.Rest;
using FewShotAD.Portal.Features.Webhooks;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Api;

/// <summary><c>/api/v1/webhooks</c>: which other systems are told of what, and the log of what they were told.</summary>
public static class WebhookEndpoints
{
    public sealed record NewWebhook(string? Name, string? Url, IReadOnlyList<string>? Events);

    public sealed record WebhookChange(string? Name, string? Url, IReadOnlyList<string>? Events, bool? Active);

    /// <param name="Secret">In the answer to the creation only.</param>
    public sealed record RestWebhook(
        Guid Id, string Name, string Url, IReadOnlyList<string> Events, bool Active, int Failures, DateTimeOffset CreatedAt, string? Secret = null);

    public sealed record WebhookSecret(string Secret);

    public sealed record RestDelivery(
        Guid Id, string Event, DeliveryStatus Status, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAttemptAt, DateTimeOffset? EndedAt,
        int? LastStatusCode, string? LastAnswer, string Body);

    public sealed record PingSent(Guid Delivery);

    private sealed record Position(Guid Id);

    public static RouteGroupBuilder MapWebhooks(this RouteGroupBuilder rest)
    {
        var all = rest.MapGroup("/webhooks").Needs(TeamPermissions.Write).WithTags(RestTags.Webhooks);
        all.MapGet("/", ListAsync).WithName("ListWebhooks").WithSummary("The team's webhooks").Produces<RestPage<RestWebhook>>();
        all.MapPost("/", CreateAsync).WithName("CreateWebhook").WithSummary("Make a webhook; the answer has the secret that deliveries are signed with")
            .Produces<RestWebhook>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest);
        var one = all.MapGroup("/{id:guid}").ProducesProblem(StatusCodes.Status404NotFound);
        one.MapGet("/", GetAsync).WithName("GetWebhook").WithSummary("One webhook").Produces<RestWebhook>();
        one.MapPatch("/", ChangeAsync).WithName("ChangeWebhook").WithSummary("Change a webhook, switch it off or on")
            .Produces<RestWebhook>().ProducesProblem(StatusCodes.Status400BadRequest);
        one.MapDelete("/", DeleteAsync).WithName("DeleteWebhook").WithSummary("Delete a webhook with its log").Produces(StatusCodes.Status204NoContent);
        one.MapGet("/deliveries", DeliveriesAsync).WithName("ListDeliveries").WithSummary("What it was told and what came of it, newest first")
            .Produces<RestPage<RestDelivery>>().ProducesProblem(StatusCodes.Status400BadRequest);
        one.MapPost("/deliveries/{delivery:guid}:replay", ReplayAsync).WithName("ReplayDelivery").WithSummary("Send a delivery again, with the same id and content")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict);
        rest.MapPost("/webhooks/{id:guid}:ping", PingAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Webhooks).WithName("PingWebhook")
            .WithSummary("Send a test, also to a webhook that is switched off").Produces<PingSent>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound);
        rest.MapPost("/webhooks/{id:guid}:renewSecret", RenewAsync).Needs(TeamPermissions.Write).WithTags(RestTags.Webhooks).WithName("RenewWebhookSecret")
            .WithSummary("Make another secret; the one before is void at once").Produces<WebhookSecret>().ProducesProblem(StatusCodes.Status404NotFound);
        return rest;
    }

    private static async Task<IResult> ListAsync(Actor actor, ListWebhooks list, CancellationToken ct)
    {
        var listed = await list.HandleAsync(actor, ct);
        // A team has a handful of them: one page holds them all.
        return listed.Succeeded ? TypedResults.Ok(new RestPage<RestWebhook>([.. listed.Value.Select(webhook => AnswerOf(webhook))], null)) : listed.Error.ToProblem();
    }

    private static async Task<IResult> CreateAsync(Actor actor, NewWebhook body, CreateWebhook create, CancellationToken ct)
    {
        var events = Parse(body.Events ?? []);
        if (!events.Succeeded)
            return events.Error.ToProblem();
        var created = await create.HandleAsync(actor, new CreateWebhook.Request(body.Name, body.Url, events.Value), ct);
        return created.Succeeded
            ? TypedResults.Created($"{RestGroup.Root}/webhooks/{created.Value.Webhook.Id.Value}", AnswerOf(created.Value.Webhook, created.Value.Secret))
            : created.Error.ToProblem();
    }

    private static async Task<IResult> GetAsync(Guid id, Actor actor, GetWebhook get, CancellationToken ct)
    {
        var got = await get.HandleAsync(actor, new WebhookId(id), ct);
        return got.Succeeded ? TypedResults.Ok(AnswerOf(got.Value)) : got.Error.ToProblem();
    }

    private static async Task<IResult> ChangeAsync(Guid id, Actor actor, WebhookChange body, ChangeWebhook change, CancellationToken ct)
    {
        HappeningKinds? events = null;
        if (body.Events is not null)
        {
            var parsed = Parse(body.Events);
            if (!parsed.Succeeded)
                return parsed.Error.ToProblem();
            events = parsed.Value;
        }

        var changed = await change.HandleAsync(actor, new ChangeWebhook.Request(new WebhookId(id), body.Name, body.Url, events, body.Active), ct);
        return changed.Succeeded ? TypedResults.Ok(AnswerOf(changed.Value)) : changed.Error.ToProblem();
    }

    private static async Task<IResult> DeleteAsync(Guid id, Actor actor, DeleteWebhook delete, CancellationToken ct)
    {
        var deleted = await delete.HandleAsync(actor, new WebhookId(id), ct);
        return deleted.Succeeded ? TypedResults.NoContent() : deleted.Error.ToProblem();
    }

    private static async Task<IResult> DeliveriesAsync(
        Guid id, DeliveryStatus? status, string? cursor, int? limit, Actor actor, ListDeliveries list, CancellationToken ct)
    {
        var (position, take) = (Cursor.Read<Position>(cursor), Cursor.Limit(limit));
        if (!position.Succeeded)
            return position.Error.ToProblem();
        if (!take.Succeeded)
            return take.Error.ToProblem();
        DeliveryId? before = position.Value is { } at ? new DeliveryId(at.Id) : null;
        // One more than asked for tells whether there is another page.
        var listed = await list.HandleAsync(actor, new ListDeliveries.Request(new WebhookId(id), status, before, take.Value + 1), ct);
        if (!listed.Succeeded)
            return listed.Error.ToProblem();
        var items = listed.Value.Take(take.Value).Select(AnswerOf).ToList();
        return TypedResults.Ok(new RestPage<RestDelivery>(items, listed.Value.Count > items.Count ? Cursor.Write(new Position(items[^1].Id)) : null));
    }

    private static async Task<IResult> ReplayAsync(Guid id, Guid delivery, Actor actor, ReplayDelivery replay, CancellationToken ct)
    {
        var replayed = await replay.HandleAsync(actor, new ReplayDelivery.Request(new WebhookId(id), new DeliveryId(delivery)), ct);
        return replayed.Succeeded ? TypedResults.StatusCode(StatusCodes.Status202Accepted) : replayed.Error.ToProblem();
    }

    private static async Task<IResult> PingAsync(Guid id, Actor actor, PingWebhook ping, CancellationToken ct)
    {
        var sent = await ping.HandleAsync(actor, new WebhookId(id), ct);
        return sent.Succeeded ? TypedResults.Accepted((string?)null, new PingSent(sent.Value.Value)) : sent.Error.ToProblem();
    }

    private static async Task<IResult> RenewAsync(Guid id, Actor actor, RenewWebhookSecret renew, CancellationToken ct)
    {
        var renewed = await renew.HandleAsync(actor, new WebhookId(id), ct);
        return renewed.Succeeded ? TypedResults.Ok(new WebhookSecret(renewed.Value)) : renewed.Error.ToProblem();
    }

    private static Result<HappeningKinds> Parse(IReadOnlyList<string> names)
    {
        var kinds = names.Select(HappeningNames.Parse).ToList();
        return kinds.Contains(HappeningKinds.None) ? new InvalidWebhookEvents() : kinds.Aggregate(HappeningKinds.None, (all, kind) => all | kind);
    }

    private static RestWebhook AnswerOf(Webhook webhook, string? secret = null) =>
        new(webhook.Id.Value, webhook.Name, webhook.Url, webhook.Events.InWords(), webhook.Active, webhook.Failures, webhook.CreatedAt, secret);

    private static RestDelivery AnswerOf(WebhookDelivery row) => new(
        row.Id.Value, row.Kind.Name(), row.Status, row.Attempts, row.CreatedAt, row.Status == DeliveryStatus.Waiting ? row.NextAttemptAt : null, row.EndedAt,
        row.LastStatusCode, row.LastAnswer, row.Body);
}
