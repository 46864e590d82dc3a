using System.Globalization;
using System.Threading.RateLimiting;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Api.Rest;

/// <summary>Each key has its own requests per minute, refilled every second: a burst passes, a loop does not.</summary>
internal static class KeyRateLimit
{
    public const string Policy = "key";

    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddKeyRateLimit(this IServiceCollection services) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Policy, context => context.Features.Get<ApiKey>() is { } key
            ? RateLimitPartition.GetTokenBucketLimiter((key.Id, key.RequestsPerMinute), _ => Bucket(key.RequestsPerMinute))
            : RateLimitPartition.GetNoLimiter((default(ApiKeyId), 0)));
        limiter.OnRejected = RefuseAsync;
    });

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = Math.Max(1, perMinute / 60),
        // Under one a second the pause grows instead.
        ReplenishmentPeriod = perMinute < 60 ? TimeSpan.FromMinutes(1) / perMinute : Refill,
        QueueLimit = 0,
        AutoReplenishment = true,
    };

    private static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken ct)
    {
        var seconds = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        context.HttpContext.Response.Headers[HeaderNames.RetryAfter] = seconds.ToString(CultureInfo.InvariantCulture);
        await new RateExceeded(context.HttpContext.Features.Get<ApiKey>()?.RequestsPerMinute ?? 0, seconds).ToProblem().ExecuteAsync(context.HttpContext);
    }
}

public sealed record RateExceeded(int PerMinute, int Seconds)
    : Error(ErrorKind.TooMany, "key.rate.exceeded", $"This key may send {PerMinute} requests a minute. Wait {Seconds} s, as the header Retry-After says.");
