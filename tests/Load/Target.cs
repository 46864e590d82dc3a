using System.Globalization;
using System.Net;
using FewShotAD.TestKit;

namespace FewShotAD.Load;

/// <summary>The portal under load: one of its own on a data directory of its own, or one that runs on this machine already.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly PortalProcess? own;
    private int teams;

    private Target(Uri url, PortalProcess? own, int? id) => (Url, this.own, Server) = (url, own, id is { } known ? new ServerProcess(known) : null);

    public Uri Url { get; }

    /// <summary>Null for a portal whose process was not named: its memory is not measured then.</summary>
    public ServerProcess? Server { get; }

    /// <summary>Only of an own one.</summary>
    public string? DataDirectory => own?.DataDirectory;

    /// <summary>What an own one said; the place to look at when a scenario fails.</summary>
    public string Output => own?.Output ?? "";

    /// <summary>Whether something may be put under load: never anybody else's machine.</summary>
    public static bool IsLoopback(Uri url) =>
        url is { Scheme: "http" or "https" } && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));

    /// <param name="url">Null starts an own portal.</param>
    /// <param name="id">The process of the portal at <paramref name="url"/>.</param>
    /// <param name="settings">Of an own portal.</param>
    public static async Task<Target> OpenAsync(string? url, int? id, Dictionary<string, string> settings, CancellationToken ct)
    {
        if (url is not null)
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var given) && IsLoopback(given)
                ? new Target(given, null, id)
                : throw new InvalidOperationException($"{url} is not on this machine. Load is only made on loopback: http://127.0.0.1, http://[::1] or http://localhost with a port.");
        }

        var own = await PortalProcess.StartAsync(ct, settings);
        return new Target(new Uri(own.Url), own, own.Id);
    }

    /// <summary>The owner of a new team.</summary>
    public async Task<HttpPerson> RegisterAsync(string team, CancellationToken ct) => await HttpPerson.RegisterAsync(
        Url.GetLeftPart(UriPartial.Authority), string.Create(CultureInfo.InvariantCulture, $"{team} {Environment.ProcessId}-{++teams}"), ct);

    public async ValueTask DisposeAsync()
    {
        if (own is not null)
            await own.DisposeAsync();
    }
}
