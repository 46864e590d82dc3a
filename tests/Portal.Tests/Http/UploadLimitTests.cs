using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>What is too large is refused, on a real socket: it is the server that holds the limits.</summary>
public sealed class UploadLimitTests : IAsyncLifetime
{
    private readonly SocketPortal portal = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => portal.InitializeAsync();

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Every_operation_that_takes_a_body_refuses_a_huge_one_before_it_comes()
    {
        var (team, token) = await CallerAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        var (limited, streamed) = (new List<string>(), new List<string>());
        foreach (var operation in await RestOperation.ReadAsync(portal, Ct))
        {
            using var request = operation.Request(keys, "Part");
            if (request.Content is null)
                continue;
            if (request.Content.Headers.ContentType!.MediaType == "application/zip")
            {
                streamed.Add(operation.Name); // of any size that Transfers:MaxZipBytes allows, counted as it comes
                continue;
            }

            var answer = await ClaimAsync(request, token, 20L << 30);
            Assert.True(answer.Contains(" 413 ", StringComparison.Ordinal) && answer.Contains("application/problem+json", StringComparison.Ordinal), $"{operation}: {answer}");
            limited.Add(operation.Name);
        }

        Assert.Equal(["ImportImages", "ImportModel", "RestoreProject"], streamed.Order());
        Assert.Superset(new HashSet<string> { "UploadImages", "PutImageMask", "CreateProject", "ScoreWithModel" }, limited.ToHashSet());
    }

    [Fact]
    public async Task A_zip_over_the_limit_is_refused_while_it_comes()
    {
        var (team, token) = await CallerAsync();
        var project = await team.ProjectAsync();
        foreach (var address in new[] { $"/api/v1/projects/{project.Value}:import", "/api/v1/projects:restore" })
        {
            using var http = portal.CreateBrowser();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var zip = new ByteArrayContent(new byte[SocketPortal.MostZipBytes + 1]);
            zip.Headers.ContentType = new("application/zip");
            var refused = await http.PostAsync(address, zip, Ct);
            Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        }
    }

    /// <summary>Says that a body of that length comes, and sends none of it.</summary>
    /// <returns>The answer's status line and headers.</returns>
    private async Task<string> ClaimAsync(HttpRequestMessage request, string token, long length)
    {
        var address = portal.ClientOptions.BaseAddress;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Ct);
        await using var stream = socket.GetStream();
        var head = $"{request.Method} {request.RequestUri!.OriginalString} HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {token}\r\n"
            + $"Content-Type: {request.Content!.Headers.ContentType}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var (buffer, read) = (new byte[4096], 0);
        while (read < buffer.Length && !Encoding.ASCII.GetString(buffer, 0, read).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var more = await stream.ReadAsync(buffer.AsMemory(read), patience.Token);
            if (more == 0)
                break;
            read += more;
        }

        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private async Task<(TeamAtWork Team, string Token)> CallerAsync()
    {
        var (_, tenant, user) = await Browser.RegisterAsync(portal);
        var team = new TeamAtWork(portal, portal.Services.CreateScope().ServiceProvider, new Shared.Actor(tenant, user, TeamRole.Owner));
        var (key, token) = ApiKey.Create(tenant, "A program", TeamPermissionRules.Scopes, ApiKey.MaxRequestsPerMinute, null, user, portal.Time.Now).Value;
        await using var context = team.Open();
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync(Ct);
        return (team, token);
    }

    private sealed class SocketPortal : PortalHost
    {
        public const int MostZipBytes = 100_000;

        public SocketPortal()
        {
            Settings["Transfers:MaxZipBytes"] = $"{MostZipBytes}";
            UseKestrel(0);
        }

        /// <summary>Through the socket; the factory's own client follows redirects there whatever it is told.</summary>
        public override HttpClient CreateBrowser() =>
            new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = ClientOptions.BaseAddress };
    }
}
