using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Webhooks;

/// <summary>
/// <c>t=SECONDS,v1=HEX</c>: HMAC-SHA256 of <c>SECONDS.BODY</c> with the webhook's secret. The time is signed with the body, so a
/// receiver that refuses old ones cannot be sent a recorded delivery again.
/// </summary>
public static class WebhookSignature
{
    public const string SecretPrefix = "whsec_";

    public static string NewSecret() => SecretPrefix + SecretToken.Create();

    public static string Of(string secret, string body, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{seconds}.{body}"));
        return $"t={seconds},v1={Convert.ToHexStringLower(mac)}";
    }
}
