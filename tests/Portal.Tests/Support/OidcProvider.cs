using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Answers = Microsoft.AspNetCore.Http.Results;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// A small OpenID Connect provider on this machine: discovery, keys, a page that lets everybody in at once, and tokens for a code with
/// its PKCE verifier. What it says, and what it gets wrong, a test decides.
/// </summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "fewshotad";
    public const string ClientSecret = "a secret between the two of them";

    private readonly WebApplication app;
    private readonly RsaSecurityKey key = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly RsaSecurityKey strangersKey = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly ConcurrentDictionary<string, (string Nonce, string Challenge)> codes = new();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private OidcProvider(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    /// <summary>Who signs in next.</summary>
    public Dictionary<string, object> Person { get; } = [];

    /// <summary>Signs with a key that it does not publish.</summary>
    public bool IsForged { get; set; }

    public bool SaysAnotherNonce { get; set; }

    public TimeSpan Age { get; set; }

    /// <summary>Codes that were given out, for those who look whether one got into a log.</summary>
    public IReadOnlyCollection<string> Codes => [.. given];

    private readonly ConcurrentQueue<string> given = new();

    public static async Task<OidcProvider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var provider = new OidcProvider(builder.Build());
        provider.Map();
        await provider.app.StartAsync();
        return provider;
    }

    public void Is(string subject, string? email, bool verified, string name = "Ada Lovelace")
    {
        Person.Clear();
        (Person["sub"], Person["name"]) = (subject, name);
        if (email is not null)
            (Person["email"], Person["email_verified"]) = (email, verified);
    }

    /// <summary>What a browser does at the provider: it goes there and is sent back.</summary>
    /// <returns>Path and query at the portal.</returns>
    public async Task<string> VisitAsync(string address)
    {
        using var answer = await http.GetAsync(address);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.PathAndQuery;
    }

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }

    private void Map()
    {
        app.MapGet("/.well-known/openid-configuration", () => Answers.Json(new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            userinfo_endpoint = $"{Address}/userinfo",
            jwks_uri = $"{Address}/keys",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "RS256" },
        }));
        app.MapGet("/keys", () =>
        {
            var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(key);
            return Answers.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = jwk.Kid, n = jwk.N, e = jwk.E } } });
        });
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            Assert.Equal(ClientId, request.Query["client_id"]);
            Assert.Equal("S256", request.Query["code_challenge_method"]);
            var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));
            given.Enqueue(code);
            codes[code] = (request.Query["nonce"]!, request.Query["code_challenge"]!);
            return Answers.Redirect(QueryHelpers.AddQueryString(
                request.Query["redirect_uri"]!, new Dictionary<string, string?> { ["code"] = code, ["state"] = request.Query["state"] }));
        });
        app.MapPost("/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var verifier = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            if (form["client_secret"] != ClientSecret || !codes.TryRemove(form["code"].ToString(), out var code) || code.Challenge != verifier)
                return Answers.Json(new { error = "invalid_grant" }, statusCode: 400);
            return Answers.Json(new { access_token = "for the person's data", token_type = "Bearer", expires_in = 60, id_token = TokenOf(code.Nonce) });
        });
        app.MapGet("/userinfo", () => Answers.Json(Person));
    }

    private string TokenOf(string nonce)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime - Age;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + TimeSpan.FromMinutes(5),
            Claims = new Dictionary<string, object>(Person) { ["nonce"] = SaysAnotherNonce ? "of another sign-in" : nonce },
            SigningCredentials = new SigningCredentials(IsForged ? strangersKey : key, SecurityAlgorithms.RsaSha256),
        });
    }
}
