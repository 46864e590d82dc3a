using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Http;

public sealed class ApiKeyTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public void Every_endpoint_says_what_it_needs() =>
        Assert.All(RestEndpoint.All(Host), endpoint => Assert.True(endpoint.Needed is not null, $"{endpoint} needs nothing."));

    [Fact]
    public async Task A_key_reads_with_its_teams_eyes()
    {
        var (_, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var image = await team.UploadAsync(project, "a.png");
        var token = await KeyAsync(team, TeamPermissions.Read);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Get, $"/api/v1/images/{image.Value}/view", token)).StatusCode);
        var (_, stranger) = await MemberAsync();
        var theirs = await KeyAsync(stranger, TeamPermissions.Read);
        await AssertProblemAsync(await SendAsync(HttpMethod.Get, $"/api/v1/images/{image.Value}/view", theirs), HttpStatusCode.NotFound, "image.missing");
    }

    [Fact]
    public async Task A_key_needs_no_antiforgery_token_and_writes_only_with_the_scope()
    {
        var (_, team) = await MemberAsync();
        var project = await team.ProjectAsync();
        var address = $"/api/v1/projects/{project.Value}/images";
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Picture.Png(TeamAtWork.Next())), "files", "a.png" } };
        await AssertProblemAsync(
            await SendAsync(HttpMethod.Post, address, await KeyAsync(team, TeamPermissions.Read | TeamPermissions.Review)), HttpStatusCode.Forbidden, "key.scope");
        var response = await SendAsync(HttpMethod.Post, address, await KeyAsync(team, TeamPermissions.Write), form);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\"added\"", await response.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer fsad_wrong")]
    [InlineData("Bearer ")]
    [InlineData("Bearer")]
    [InlineData("Basic YTpi")]
    public async Task What_is_no_key_is_refused_even_beside_a_cookie(string header)
    {
        var (browser, team) = await MemberAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{image.Value}/view");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        var response = await browser.Http.SendAsync(request, Ct);
        await AssertProblemAsync(response, HttpStatusCode.Unauthorized, "auth.key");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Without_anything_the_answer_says_how()
    {
        var response = await SendAsync(HttpMethod.Get, $"/api/v1/images/{Guid.NewGuid()}/view", token: null);
        await AssertProblemAsync(response, HttpStatusCode.Unauthorized, "auth.missing");
    }

    [Fact]
    public async Task A_revoked_or_expired_key_opens_nothing()
    {
        var (_, team) = await MemberAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png");
        var address = $"/api/v1/images/{image.Value}/view";
        var revoked = await KeyAsync(team, TeamPermissions.Read);
        await using (var context = team.Open())
        {
            (await context.ApiKeys.SingleAsync(Ct)).Revoke(Host.Time.Now);
            await context.SaveChangesAsync(Ct);
        }

        await AssertProblemAsync(await SendAsync(HttpMethod.Get, address, revoked), HttpStatusCode.Unauthorized, "auth.key");
        var ending = await KeyAsync(team, TeamPermissions.Read, expiresIn: TimeSpan.FromMilliseconds(1));
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        await AssertProblemAsync(await SendAsync(HttpMethod.Get, address, ending), HttpStatusCode.Unauthorized, "auth.key");
    }

    [Fact]
    public async Task The_database_has_no_token_and_knows_when_it_was_used()
    {
        var (_, team) = await MemberAsync();
        var token = await KeyAsync(team, TeamPermissions.Read);
        await SendAsync(HttpMethod.Get, $"/api/v1/images/{Guid.NewGuid()}/view", token);
        await using var context = team.Open();
        var key = await context.ApiKeys.SingleAsync(Ct);
        Assert.NotNull(key.LastUsedAt);
        Assert.DoesNotContain(token[ApiKey.TokenPrefix.Length..], await TenantRows.DescribeAsync(team, Ct), StringComparison.Ordinal);
        Assert.StartsWith(key.Start, token, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_at_its_rate_is_told_when_to_come_back_and_another_is_not_held_up()
    {
        var (_, team) = await MemberAsync();
        var token = await KeyAsync(team, TeamPermissions.Read, perMinute: 2);
        var address = $"/api/v1/images/{Guid.NewGuid()}/view";
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, address, token)).StatusCode);
        var refused = await SendAsync(HttpMethod.Get, address, token);
        await AssertProblemAsync(refused, HttpStatusCode.TooManyRequests, "key.rate.exceeded");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        var other = await KeyAsync(team, TeamPermissions.Read);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, address, other)).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/api/v1/no/such/thing", HttpStatusCode.NotFound, "http.404")]
    [InlineData("DELETE", "/api/v1/images/0a000000-0000-7000-8000-000000000000/view", HttpStatusCode.MethodNotAllowed, "http.405")]
    [InlineData("POST", "/api/v1/projects/0a000000-0000-7000-8000-000000000000/images", HttpStatusCode.BadRequest, "upload.none")]
    public async Task Every_error_is_a_problem_document(string method, string address, HttpStatusCode status, string code)
    {
        var (_, team) = await MemberAsync();
        var token = await KeyAsync(team, TeamPermissionRules.Scopes);
        await AssertProblemAsync(await SendAsync(new HttpMethod(method), address, token), status, code);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, string? token, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Visitor().Http.SendAsync(request, Ct);
    }
}
