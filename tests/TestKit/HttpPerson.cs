using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace FewShotAD.TestKit;

/// <summary>A member of a team who talks to the portal by HTTP, with the cookie of a browser.</summary>
public sealed partial class HttpPerson : IDisposable
{
    public const string Password = "correct horse battery";

    private const string TokenHeader = "X-CSRF-TOKEN";

    private string token = "";

    public HttpPerson(string url) =>
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = new Uri(url) };

    public sealed record Item(string Name, string Outcome, Guid? Id, ItemError? Error);

    public sealed record ItemError(string Code, string Message);

    public sealed record Uploaded(IReadOnlyList<Item> Items);

    /// <summary>Sends the cookie, and its token with what writes.</summary>
    public HttpClient Http { get; }

    /// <summary>Who is signed in, for another client that acts in the same name.</summary>
    public CookieContainer Cookies { get; } = new();

    public static async Task<HttpPerson> RegisterAsync(string url, string team, CancellationToken ct)
    {
        var person = new HttpPerson(url);
        await person.SubmitAsync("/register", "register", ct, ("Team", team), ("Name", $"Owner of {team}"), ("Email", EmailOf(team)), ("Password", Password));
        return person;
    }

    /// <summary>Opens an account with the link of an invitation.</summary>
    public static async Task<HttpPerson> JoinAsync(string url, string invitation, string name, CancellationToken ct)
    {
        var person = new HttpPerson(url);
        await person.SubmitAsync($"/join/{invitation}", "join", ct, ("Name", name), ("Email", EmailOf(name)), ("Password", Password));
        return person;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken ct) => await Http.GetAsync(path, ct);

    public async Task<Item> UploadAsync(string project, string file, byte[] content, CancellationToken ct, string split = "test", string? path = null)
    {
        using var answer = await PostAsync(project, file, content, split, path, ct);
        answer.EnsureSuccessStatusCode();
        var uploaded = await answer.Content.ReadFromJsonAsync<Uploaded>(ct);
        return uploaded!.Items.Single();
    }

    public async Task<HttpResponseMessage> PostAsync(
        string project, string file, byte[] content, string split, string? path, CancellationToken ct)
    {
        using var form = new MultipartFormDataContent();
        using var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        form.Add(part, "files", file);
        form.Add(new StringContent(split), "split");
        form.Add(new StringContent("unknown"), "label");
        if (path is not null)
            form.Add(new StringContent(path), "path");
        return await SendAsync(HttpMethod.Post, $"/api/v1/projects/{project}/images", form, ct);
    }

    /// <summary>A request of REST in the name of the cookie.</summary>
    /// <param name="path">On the portal of the registration, or with an address of its own on another node.</param>
    /// <param name="body">Sent as JSON, unless it is content already.</param>
    /// <param name="key">Of the request: the same key twice does it once.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct, Guid? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body as HttpContent ?? (body is null ? null : JsonContent.Create(body)) };
        if (key is { } own)
            request.Headers.Add("Idempotency-Key", $"{own}");
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => Http.Dispose();

    private static string EmailOf(string name) => $"{name.ToLowerInvariant().Replace(' ', '.')}@http.test";

    private async Task SubmitAsync(string path, string form, CancellationToken ct, params (string Name, string Value)[] fields)
    {
        await ReadTokenAsync(path, ct);
        using var content = new FormUrlEncodedContent(
            [new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create($"Form.{field.Name}", field.Value))]);
        using var answer = await Http.PostAsync(path, content, ct);
        if ((int)answer.StatusCode is not (302 or 303))
            throw new InvalidOperationException($"{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        // A token is bound to the person: the signed-in one has another.
        await ReadTokenAsync("/sign-in", ct);
    }

    private async Task ReadTokenAsync(string path, CancellationToken ct)
    {
        token = TokenField().Match(await Http.GetStringAsync(path, ct)).Groups[1].Value;
        Http.DefaultRequestHeaders.Remove(TokenHeader);
        Http.DefaultRequestHeaders.Add(TokenHeader, token);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
