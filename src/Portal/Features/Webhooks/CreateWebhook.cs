using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Webhooks;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Webhooks;

/// <summary>Makes a webhook. The secret is in the answer and nowhere to be seen afterwards.</summary>
public sealed class CreateWebhook(PortalDb db, WebhookSecrets secrets, IOptions<WebhookOptions> options, TimeProvider time) : IUseCase
{
    public sealed record Request(string? Name, string? Url, HappeningKinds Events);

    public sealed record Answer(Webhook Webhook, string Secret);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var secret = WebhookSignature.NewSecret();
        var created = Webhook.Create(
            actor.Tenant, request.Name, request.Url, request.Events, secrets.Close(secret), options.Value.AllowPrivateAddresses, actor.User, time.GetUtcNow());
        if (!created.Succeeded)
            return created.Error;
        await using var context = db.ForTenant(actor.Tenant);
        if (await context.Webhooks.CountAsync(ct) >= Webhook.MostPerTeam)
            return new TooManyWebhooks();
        context.Webhooks.Add(created.Value);
        context.Record(actor, time, AuditAction.WebhookCreate, "webhook", created.Value.Id, $"{created.Value.Name}: {created.Value.Host}");
        await context.SaveChangesAsync(ct);
        return new Answer(created.Value, secret);
    }
}
