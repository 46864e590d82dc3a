using System.CommandLine;

namespace FewShotAD.Portal.Commands;

/// <summary><c>health</c>: asks the portal on this machine whether it lives, for images that have no program for that. Exit code 1 when it does not answer so.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly Option<Uri?> Url = new("--url") { Description = "The portal's address; the setting Urls when not given." };
    private static readonly Option<bool> Ready = new("--ready") { Description = "Ask whether it takes requests, with its database and storage, instead of whether the process lives." };

    public static Command Create()
    {
        var command = new Command("health", "Ask the portal on this machine whether it lives.") { Url, Ready };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(Url) ?? Configured(), parsed.GetValue(Ready) ? "/health/ready" : "/health/live", ct));
        return command;
    }

    private static async Task<int> RunAsync(Uri portal, string path, CancellationToken ct)
    {
        // The portal is on this machine: a proxy of the surroundings has no part in it.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        try
        {
            using var answer = await client.GetAsync(new Uri(portal, path), ct);
            var said = await answer.Content.ReadAsStringAsync(ct);
            await (answer.IsSuccessStatusCode ? Console.Out : Console.Error).WriteLineAsync(said);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            await Console.Error.WriteLineAsync($"{portal} does not answer: {e.Message}");
            return 1;
        }
    }

    /// <summary>The first address that the portal listens on, as this machine reaches it.</summary>
    private static Uri Configured()
    {
        var settings = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = ContentRoot.Find() }).Configuration;
        var address = BindingAddress.Parse((settings["Urls"] ?? "http://localhost:5000").Split(';')[0]);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new UriBuilder(address.Scheme, host, address.Port).Uri;
    }
}
