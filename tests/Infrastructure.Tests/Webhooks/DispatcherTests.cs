using System.Diagnostics.Metrics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Webhooks;
using FewShotAD.TestKit;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Webhooks;

public sealed class DispatcherTests : IAsyncLifetime
{
    private const string Secret = "whsec_test";

    private readonly ManualTime time = new();
    private readonly TenantId tenant = new(Guid.NewGuid());
    private Installation installation = null!;
    private Receiver receiver = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        receiver = await Receiver.StartAsync();
        installation = await CreateAsync(allowPrivate: true);
        await using var context = installation.Db.ForTenant(tenant);
        context.Tenants.Add(Tenant(tenant));
        await context.SaveChangesAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await installation.DisposeAsync();
        await receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_delivery_is_signed_json_under_its_own_id()
    {
        var (_, delivery) = await StageAsync();
        Assert.Equal(1, await SendAsync());
        var call = Assert.Single(receiver.Calls);
        Assert.Equal(("run.finished", delivery.Value.ToString()), (call.Event, call.Delivery));
        using var body = JsonDocument.Parse(call.Body);
        Assert.Equal(delivery.Value, body.RootElement.GetProperty("id").GetGuid());
        Assert.Equal(tenant.Value, body.RootElement.GetProperty("team").GetGuid());
        Assert.Equal(7, body.RootElement.GetProperty("data").GetProperty("number").GetInt32());
        AssertSigned(call, Secret);
        var row = await RowAsync(delivery);
        Assert.Equal((DeliveryStatus.Delivered, 1, 200), (row.Status, row.Attempts, row.LastStatusCode));
        Assert.Equal(0, await SendAsync());
    }

    [Fact]
    public async Task A_failure_is_tried_again_after_growing_pauses_and_then_given_up()
    {
        using var measured = new Measured(installation.Get<IMeterFactory>(), Instruments.Meter);
        receiver.Answer = Status(500, "out of order");
        var (_, delivery) = await StageAsync();
        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt <= WebhookDelivery.MostAttempts; attempt++)
        {
            Assert.Equal(1, await SendAsync());
            var row = await RowAsync(delivery);
            Assert.Equal((attempt, 500, "out of order"), (row.Attempts, row.LastStatusCode, row.LastAnswer));
            if (row.Status == DeliveryStatus.GivenUp)
                break;
            Assert.Equal(0, await SendAsync());
            pauses.Add(row.NextAttemptAt - time.GetUtcNow());
            time.Offset += pauses[^1];
        }

        Assert.Equal(DeliveryStatus.GivenUp, (await RowAsync(delivery)).Status);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(WebhookDelivery.MostAttempts, receiver.Calls.Count);
        Assert.Single(receiver.Calls.Select(call => call.Delivery).Distinct());
        Assert.Equal(
            [.. Enumerable.Repeat("fewshotad.outcome=failed", WebhookDelivery.MostAttempts - 1), "fewshotad.outcome=given_up"],
            measured.TagsOf("fewshotad.webhook.deliveries"));
    }

    [Fact]
    public async Task Deliveries_that_were_given_up_switch_the_webhook_off_and_one_that_arrives_counts_anew()
    {
        var (webhook, _) = await StageAsync();
        Assert.Equal(1, await SendAsync());
        receiver.Answer = Status(500);
        for (var i = 1; i < Webhook.MostFailures; i++)
            await GiveUpAsync(webhook);
        Assert.Equal((true, Webhook.MostFailures - 1), await StateAsync(webhook));
        receiver.Answer = Status(204);
        await AddAsync(webhook);
        await SendAsync();
        Assert.Equal((true, 0), await StateAsync(webhook));
        receiver.Answer = Status(500);
        for (var i = 0; i < Webhook.MostFailures; i++)
            await GiveUpAsync(webhook);
        Assert.Equal((false, Webhook.MostFailures), await StateAsync(webhook));
    }

    [Fact]
    public async Task What_is_switched_off_is_sent_nothing_but_a_ping()
    {
        var (webhook, delivery) = await StageAsync();
        await using (var context = installation.Db.ForTenant(tenant))
        {
            (await context.Webhooks.SingleAsync(Ct)).SwitchOff();
            await context.SaveChangesAsync(Ct);
        }

        await AddAsync(webhook, HappeningKinds.Ping);
        await SendAsync();
        Assert.Equal("ping", Assert.Single(receiver.Calls).Event);
        Assert.Contains("switched off", (await RowAsync(delivery)).LastAnswer!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_send_a_delivery_once()
    {
        await using var second = await CreateAsync(allowPrivate: true, installation.Folder);
        var (webhook, _) = await StageAsync();
        for (var i = 0; i < 39; i++)
            await AddAsync(webhook);
        await Task.WhenAll(installation.Get<WebhookDispatcher>().SendDueAsync(Ct), second.Get<WebhookDispatcher>().SendDueAsync(Ct));
        Assert.Equal(40, receiver.Calls.Count);
        Assert.Equal(40, receiver.Calls.Select(call => call.Delivery).Distinct().Count());
    }

    [Fact]
    public async Task A_node_that_died_while_sending_leaves_the_delivery_to_be_sent_again()
    {
        var (_, delivery) = await StageAsync();
        await using (var context = installation.Db.ForTenant(tenant))
        {
            var claim = time.GetUtcNow() + WebhookDelivery.ClaimLength;
            await context.WebhookDeliveries.ExecuteUpdateAsync(row => row.SetProperty(r => r.NextAttemptAt, claim), Ct);
        }

        Assert.Equal(0, await SendAsync());
        time.Offset += WebhookDelivery.ClaimLength;
        Assert.Equal(1, await SendAsync());
        Assert.Equal(DeliveryStatus.Delivered, (await RowAsync(delivery)).Status);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        receiver.Answer = context =>
        {
            context.Response.Redirect($"{receiver.Url}/elsewhere");
            return Task.CompletedTask;
        };
        var (_, delivery) = await StageAsync();
        await SendAsync();
        Assert.Equal("/hook", Assert.Single(receiver.Calls).Path);
        Assert.Equal((DeliveryStatus.Waiting, 302), ((await RowAsync(delivery)).Status, (await RowAsync(delivery)).LastStatusCode));
    }

    [Fact]
    public async Task An_answer_without_end_is_read_no_further_than_the_log_goes()
    {
        receiver.Answer = async context =>
        {
            var block = new byte[64 * 1024];
            Array.Fill(block, (byte)'x');
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        var (_, delivery) = await StageAsync();
        await SendAsync();
        var row = await RowAsync(delivery);
        Assert.Equal((DeliveryStatus.Delivered, WebhookDelivery.AnswerMaxLength), (row.Status, row.LastAnswer!.Length));
    }

    [Fact]
    public async Task A_system_that_never_answers_holds_nothing_up()
    {
        receiver.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var (_, delivery) = await StageAsync();
        await SendAsync();
        var row = await RowAsync(delivery);
        Assert.Null(row.LastStatusCode);
        Assert.Contains("No answer within", row.LastAnswer!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("0.0.0.0")]
    public async Task The_own_network_is_not_reached_unless_the_administrator_allows_it(string host)
    {
        var (_, delivery) = await StageAsync(new UriBuilder(receiver.Url) { Host = host, Path = "/hook" }.Uri.ToString());
        await using var strict = await CreateAsync(allowPrivate: false, installation.Folder);
        Assert.Equal(1, await strict.Get<WebhookDispatcher>().SendDueAsync(Ct));
        Assert.Empty(receiver.Calls);
        var row = await RowAsync(delivery);
        Assert.Equal((DeliveryStatus.Waiting, 1), (row.Status, row.Attempts));
        Assert.Contains("Webhooks:AllowPrivateAddresses", row.LastAnswer!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_ends_after_its_time()
    {
        var (_, delivery) = await StageAsync();
        await SendAsync();
        var dispatcher = installation.Get<WebhookDispatcher>();
        await dispatcher.SweepAsync(Ct);
        Assert.Equal(DeliveryStatus.Delivered, (await RowAsync(delivery)).Status);
        time.Offset += TimeSpan.FromDays(31);
        await dispatcher.SweepAsync(Ct);
        await using var context = installation.Db.ForTenant(tenant);
        Assert.Equal(0, await context.WebhookDeliveries.CountAsync(Ct));
        Assert.Equal(1, await context.Webhooks.CountAsync(Ct));
    }

    private static Tenant Tenant(TenantId id)
    {
        var tenant = Domain.Tenancy.Tenant.Create("A team", TimeProvider.System.GetUtcNow()).Value;
        typeof(Tenant).GetProperty(nameof(Domain.Tenancy.Tenant.TenantId))!.SetValue(tenant, id);
        return tenant;
    }

    private static Func<HttpContext, Task> Status(int code, string text = "") => context =>
    {
        context.Response.StatusCode = code;
        return text.Length == 0 ? Task.CompletedTask : context.Response.WriteAsync(text);
    };

    private static void AssertSigned(Receiver.Call call, string secret)
    {
        var parts = call.Signature.Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{parts["t"]}.{call.Body}"));
        Assert.Equal(Convert.ToHexStringLower(mac), parts["v1"]);
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], CultureInfo.InvariantCulture));
        Assert.InRange(age.TotalMinutes, -1, 1);
    }

    private async Task<Installation> CreateAsync(bool allowPrivate, string? folder = null) => await Installation.CreateAsync(
        folder: folder, time: time, settings: new()
        {
            ["Webhooks:AllowPrivateAddresses"] = allowPrivate.ToString(), ["Webhooks:Timeout"] = "00:00:02", ["Webhooks:Parallel"] = "4",
        });

    private Task<int> SendAsync() => installation.Get<WebhookDispatcher>().SendDueAsync(Ct);

    private async Task<(Webhook Webhook, DeliveryId Delivery)> StageAsync(string? url = null)
    {
        var webhook = Webhook.Create(
            tenant, "MES", url ?? $"{receiver.Url}/hook", HappeningKinds.RunFinished, installation.Get<WebhookSecrets>().Close(Secret), allowHttp: true,
            new UserId(Guid.NewGuid()), time.GetUtcNow()).Value;
        await using var context = installation.Db.ForTenant(tenant);
        context.Webhooks.Add(webhook);
        await context.SaveChangesAsync(Ct);
        return (webhook, await AddAsync(webhook));
    }

    private async Task<DeliveryId> AddAsync(Webhook webhook, HappeningKinds kind = HappeningKinds.RunFinished)
    {
        var delivery = WebhookStaging.Delivery(webhook, new Happening(kind, time.GetUtcNow(), new { Number = 7 }));
        await using var context = installation.Db.ForTenant(tenant);
        context.WebhookDeliveries.Add(delivery);
        await context.SaveChangesAsync(Ct);
        return delivery.Id;
    }

    private async Task GiveUpAsync(Webhook webhook)
    {
        var id = await AddAsync(webhook);
        while ((await RowAsync(id)).Status == DeliveryStatus.Waiting)
        {
            await SendAsync();
            time.Offset += TimeSpan.FromDays(1);
        }
    }

    private async Task<WebhookDelivery> RowAsync(DeliveryId id)
    {
        await using var context = installation.Db.ForTenant(tenant);
        return await context.WebhookDeliveries.AsNoTracking().SingleAsync(row => row.Id == id, Ct);
    }

    private async Task<(bool Active, int Failures)> StateAsync(Webhook webhook)
    {
        await using var context = installation.Db.ForTenant(tenant);
        var row = await context.Webhooks.AsNoTracking().SingleAsync(w => w.Id == webhook.Id, Ct);
        return (row.Active, row.Failures);
    }
}
