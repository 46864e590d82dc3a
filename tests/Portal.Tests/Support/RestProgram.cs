using System.Net.Http.Headers;
using System.Net.Http.Json;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A program of a team that calls the REST interface with a key.</summary>
internal sealed class RestProgram(Browser browser, TeamAtWork team, string token)
{
    public TeamAtWork Team => team;

    public static async Task<RestProgram> CreateAsync(Browser browser, TeamAtWork team, TeamPermissions scopes)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (key, token) = ApiKey.Create(team.Tenant, "A program", scopes, ApiKey.MaxRequestsPerMinute, null, team.Owner.User, now).Value;
        await using var context = team.Open();
        context.ApiKeys.Add(key);
        await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        return new RestProgram(browser, team, token);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, object? body = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await browser.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
