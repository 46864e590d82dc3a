using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A program that uses the REST interface with a key.</summary>
internal sealed class RestProgram(PortalHost host, TeamAtWork team, string token) : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public HttpClient Http { get; } = host.CreateBrowser();

    public string Token => token;

    public TeamAtWork Team => team;

    /// <summary>How the portal writes JSON.</summary>
    public static JsonSerializerOptions JsonOf(PortalHost host) => host.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

    /// <param name="body">As it is when it is content already, otherwise as JSON.</param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string address, object? body = null, string? ifMatch = null, string? ifNoneMatch = null, string? key = null, bool onlyHeaders = false)
    {
        using var request = new HttpRequestMessage(method, address.StartsWith('/') ? address : $"/api/v1/{address}");
        request.Content = body switch { null => null, HttpContent content => content, _ => JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (ifMatch is not null)
            request.Headers.IfMatch.ParseAdd(ifMatch);
        if (ifNoneMatch is not null)
            request.Headers.IfNoneMatch.ParseAdd(ifNoneMatch);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await Http.SendAsync(request, onlyHeaders ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Ct);
    }

    public Task<HttpResponseMessage> GetAsync(string address, string? ifNoneMatch = null) => SendAsync(HttpMethod.Get, address, ifNoneMatch: ifNoneMatch);

    public Task<HttpResponseMessage> PostAsync(string address, object? body = null, string? key = null) => SendAsync(HttpMethod.Post, address, body, key: key);

    /// <summary>What an address answers with 200.</summary>
    public async Task<T> GetAsync<T>(string address)
    {
        var response = await GetAsync(address);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{address}: {response.StatusCode} {await response.Content.ReadAsStringAsync(Ct)}");
        return (await response.Content.ReadFromJsonAsync<T>(JsonOf(host), Ct))!;
    }

    /// <summary>All pages of a list, and how many there were.</summary>
    public async Task<(List<T> Items, int Pages)> AllAsync<T>(string address, int limit)
    {
        var (items, pages, cursor) = (new List<T>(), 0, (string?)null);
        do
        {
            var page = await GetAsync<Api.Rest.RestPage<T>>($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}&cursor={cursor}");
            items.AddRange(page.Items);
            cursor = page.Next;
            pages++;
        }
        while (cursor is not null);
        return (items, pages);
    }

    public void Dispose() => Http.Dispose();
}
