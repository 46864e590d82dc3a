using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using FewShotAD.Domain.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Webhooks;

/// <summary>What became of one try.</summary>
/// <param name="StatusCode">Null when there was no answer.</param>
internal sealed record Sent(bool Arrived, int? StatusCode, string Answer);

/// <summary>
/// Posts a delivery. The address is checked where the connection is made, after the name was resolved and on every address that is
/// tried: a name that points elsewhere the second time gets nowhere. No redirect is followed.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    private readonly WebhookOptions options;
    private readonly WebhookSecrets secrets;
    private readonly TimeProvider time;
    private readonly HttpClient http;

    public WebhookSender(IOptions<WebhookOptions> options, WebhookSecrets secrets, TimeProvider time)
    {
        (this.options, this.secrets, this.time) = (options.Value, secrets, time);
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Value.UseProxy,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectCallback = options.Value.UseProxy ? null : ConnectAsync,
        });
        http.Timeout = options.Value.Timeout;
    }

    public async Task<Sent> SendAsync(Webhook webhook, WebhookDelivery delivery, CancellationToken ct)
    {
        if (secrets.Open(webhook.ProtectedSecret) is not { } secret)
            return new Sent(false, null, "The secret of this webhook can no longer be read. Make a new one.");
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.UserAgent.ParseAdd("FewShotAD-Webhook/1");
        request.Headers.Add("FewShotAD-Event", delivery.Kind.Name());
        request.Headers.Add("FewShotAD-Delivery", delivery.Id.Value.ToString());
        request.Headers.Add("FewShotAD-Signature", WebhookSignature.Of(secret, delivery.Body, time.GetUtcNow()));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return new Sent(response.IsSuccessStatusCode, (int)response.StatusCode, await BeginningAsync(response, ct));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Sent(false, null, $"No answer within {options.Timeout.TotalSeconds:0} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new Sent(false, null, e.InnerException is AddressRefusedException refused ? refused.Message : e.Message);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>As much of the answer as the log keeps; a body without end is not read to its end.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[WebhookDelivery.AnswerMaxLength];
        var read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        // Some databases take no zero character, and a log needs none.
        return Encoding.UTF8.GetString(bytes, 0, read).Replace('\0', ' ');
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        var allowed = options.AllowPrivateAddresses ? addresses : [.. addresses.Where(PublicAddress.Is)];
        if (allowed.Length == 0)
            throw new AddressRefusedException(host, addresses);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

internal sealed class AddressRefusedException(string host, IPAddress[] addresses) : IOException(
    $"{host} ({string.Join(", ", addresses.Select(address => address.ToString()))}) lies in this machine's own network. "
    + "The administrator can allow that with Webhooks:AllowPrivateAddresses.");

/// <summary>Secrets as they lie in the database: encrypted with the installation's keys.</summary>
public sealed class WebhookSecrets(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("FewShotAD.Webhooks.Secret");

    public string Close(string secret) => protector.Protect(secret);

    /// <returns>Null when the keys that it was encrypted with are gone.</returns>
    public string? Open(string closed)
    {
        try
        {
            return protector.Unprotect(closed);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
