using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A person at a browser: keeps cookies, fills in forms, follows no redirect by itself.</summary>
internal sealed partial class Browser(PortalHost host) : IDisposable
{
    public const string Password = "correct horse battery";

    public HttpClient Http { get; } = host.CreateBrowser();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>An account with a team of its own, named as no other, in that team's role.</summary>
    public static async Task<(string Email, TenantId Tenant, UserId User)> RegisterAsync(PortalHost host, TeamRole role = TeamRole.Owner)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await using var scope = host.Services.CreateAsyncScope();
        var made = (await scope.ServiceProvider.GetRequiredService<Accounts>().RegisterAsync(new NewAccount(email, Password, "Somebody"), $"A team {Guid.NewGuid():N}", Ct)).Value;
        if (role != TeamRole.Owner)
        {
            await using var context = host.Db.ForTenant(made.Tenant);
            var membership = await context.Memberships.SingleAsync(m => m.UserId == made.User, Ct);
            context.Entry(membership).Property(m => m.Role).CurrentValue = role;
            await context.SaveChangesAsync(Ct);
        }

        return (email, made.Tenant, made.User);
    }

    public async Task<HttpResponseMessage> SignInAsync(string email, string password = Password, string? returnUrl = null)
    {
        var address = returnUrl is null ? "/sign-in" : $"/sign-in?ReturnUrl={Uri.EscapeDataString(returnUrl)}";
        var fields = new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["__RequestVerificationToken"] = await TokenAsync(),
            ["Form.Email"] = email,
            ["Form.Password"] = password,
        };
        return await Http.PostAsync(address, new FormUrlEncodedContent(fields), Ct);
    }

    /// <summary>Sends one of the plain forms of an account page.</summary>
    public async Task<HttpResponseMessage> PostFormAsync(string address, string? form, params (string Name, string Value)[] fields)
    {
        var all = fields.ToDictionary(f => f.Name, f => f.Value);
        all["__RequestVerificationToken"] = await TokenAsync();
        if (form is not null)
            all["_handler"] = form;
        return await Http.PostAsync(address, new FormUrlEncodedContent(all), Ct);
    }

    /// <summary>The antiforgery token of a page, made for whoever is signed in.</summary>
    public async Task<string> TokenAsync()
    {
        var page = await Http.GetStringAsync("/sign-in", Ct);
        return WebUtility.HtmlDecode(TokenField().Match(page).Groups[1].Value);
    }

    /// <summary>Uploads files as a page does: <c>(path, content)</c> each.</summary>
    public async Task<HttpResponseMessage> UploadAsync(
        ProjectId project, string? token, Dictionary<string, string>? fields = null, params (string Path, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields ?? [])
            form.Add(new StringContent(value), name);
        foreach (var (path, content) in files)
        {
            form.Add(new StringContent(path), "path");
            form.Add(new ByteArrayContent(content), "files", Path.GetFileName(path));
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projects/{project.Value}/images") { Content = form };
        if (token is not null)
            request.Headers.Add("X-CSRF-TOKEN", token);
        return await Http.SendAsync(request, Ct);
    }

    public async Task<HttpResponseMessage> GetAsync(string address, string? ifNoneMatch = null, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (ifNoneMatch is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(ifNoneMatch));
        request.Headers.Range = range;
        return await Http.SendAsync(request, Ct);
    }

    /// <summary>As a script of a page does: with the token in the header and a body in JSON.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, object? body = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-CSRF-TOKEN", await TokenAsync());
        return await Http.SendAsync(request, Ct);
    }

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
