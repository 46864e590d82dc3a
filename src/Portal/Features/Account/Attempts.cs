using System.Globalization;
using System.Net.Sockets;
using FewShotAD.Domain.Common;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FewShotAD.Portal.Features.Account;

/// <summary>Too much came from one network, or for one e-mail address. Said alike whatever accounts exist.</summary>
public sealed record TooManyAttempts(TimeSpan Wait)
    : Error(ErrorKind.TooMany, "attempts", $"There were too many attempts. Wait {Math.Ceiling(Wait.TotalMinutes):0} min, then try again.");

/// <summary>How often a visitor may try: by the network address of the request, and by the e-mail address that was entered.</summary>
public sealed class Attempts(AttemptCounter counter, IOptions<AttemptOptions> options, IHttpContextAccessor http)
{
    private static readonly TimeSpan LockOut = TimeSpan.FromMinutes(5);

    public AttemptLimit SignIn => options.Value.SignIn;

    public AttemptLimit Register => options.Value.Register;

    public AttemptLimit ForgotPassword => options.Value.ForgotPassword;

    /// <summary>Whether the network may try (again). Where it may not, the answer is a 429.</summary>
    public Result AllowNetwork(string what, AttemptLimit limit) =>
        Network() is { } network && counter.Refused($"{what} from {network}", limit.PerAddress) is { } wait ? Refuse(wait) : Result.Ok;

    public void CountNetwork(string what, AttemptLimit limit)
    {
        if (Network() is { } network)
            counter.Count($"{what} from {network}", limit.Window);
    }

    /// <summary>Counts a try, and says whether both the network and the e-mail address may have it. Where one may not, the answer is a 429.</summary>
    public Result Take(string what, string email, AttemptLimit limit)
    {
        var allowed = AllowNetwork(what, limit);
        CountNetwork(what, limit);
        return !allowed.Succeeded ? allowed : TakeFor(what, email, limit) is { } wait ? Refuse(wait) : Result.Ok;
    }

    /// <summary>Counts a try for this e-mail address, without a word to the visitor.</summary>
    /// <returns>How long it may not have another one; null when this one is fine.</returns>
    public TimeSpan? TakeFor(string what, string email, AttemptLimit limit)
    {
        var key = $"{what} for {Normal(email)}";
        var wait = counter.Refused(key, limit.PerAccount);
        if (wait is null)
            counter.Count(key, limit.Window);
        return wait;
    }

    /// <summary>
    /// Treats an address that has no account as the lock-out treats an account: so many wrong passwords, then none for five minutes.
    /// Otherwise that answer would tell which addresses have one.
    /// </summary>
    /// <returns>Whether it is locked, this try included.</returns>
    public bool IsUnknownLocked(string email, int mostFailures)
    {
        var (locked, failures) = ($"locked {Normal(email)}", $"failures {Normal(email)}");
        if (counter.Refused(locked, 1) is not null)
            return true;
        // An account counts its failures until one succeeds; a day is as good, for who compares.
        if (counter.Count(failures, TimeSpan.FromDays(1)) < mostFailures)
            return false;
        counter.Fill(locked, 1, LockOut);
        counter.Fill(failures, 0, TimeSpan.FromDays(1));
        return true;
    }

    private TooManyAttempts Refuse(TimeSpan wait)
    {
        if (http.HttpContext is { Response.HasStarted: false } context)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers[HeaderNames.RetryAfter] = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return new TooManyAttempts(wait);
    }

    private static string Normal(string email) => email.Trim().ToUpperInvariant();

    /// <summary>Null where the server knows none. Of IPv6 the network: a house has all addresses of one.</summary>
    private string? Network() => http.HttpContext?.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } six => Convert.ToHexString(six.GetAddressBytes().AsSpan(0, 8)),
        var four => four.ToString(),
    };
}
