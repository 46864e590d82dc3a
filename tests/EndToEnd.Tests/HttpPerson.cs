using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A member of a team who talks to the portal by HTTP, with the cookie of a browser.</summary>
public sealed partial class HttpPerson : IDisposable
{
    private readonly HttpClient http;
    private string token = "";

    public HttpPerson(string url) => http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(url) };

    public sealed record Item(string Name, string Outcome, Guid? Id, ItemError? Error);

    public sealed record ItemError(string Code, string Message);

    public sealed record Uploaded(IReadOnlyList<Item> Items);

    public static async Task<HttpPerson> RegisterAsync(string url, string team, CancellationToken ct)
    {
        var person = new HttpPerson(url);
        await person.ReadTokenAsync("/register", ct);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "register",
            ["__RequestVerificationToken"] = person.token,
            ["Form.Team"] = team,
            ["Form.Name"] = $"Owner of {team}",
            ["Form.Email"] = $"{team.ToLowerInvariant().Replace(' ', '.')}@http.test",
            ["Form.Password"] = Person.Password,
        });
        using var answer = await person.http.PostAsync("/register", form, ct);
        Assert.True((int)answer.StatusCode is 302 or 303, $"Registering answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        // A token is bound to the person: the signed-in one has another.
        await person.ReadTokenAsync("/sign-in", ct);
        return person;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, CancellationToken ct) => await http.GetAsync(path, ct);

    public async Task<Item> UploadAsync(string project, string file, byte[] content, CancellationToken ct, string split = "test", string? path = null)
    {
        using var answer = await PostAsync(project, file, content, split, path, ct);
        answer.EnsureSuccessStatusCode();
        var uploaded = await answer.Content.ReadFromJsonAsync<Uploaded>(ct);
        return Assert.Single(uploaded!.Items);
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
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projects/{project}/images") { Content = form };
        request.Headers.Add("X-CSRF-TOKEN", token);
        return await http.SendAsync(request, ct);
    }

    /// <summary>A request of REST in the name of the cookie.</summary>
    /// <param name="path">On the portal of the registration, or with an address of its own on another node.</param>
    /// <param name="key">Of the request: the same key twice does it once.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, CancellationToken ct, Guid? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-CSRF-TOKEN", token);
        if (key is { } own)
            request.Headers.Add("Idempotency-Key", $"{own}");
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => http.Dispose();

    private async Task ReadTokenAsync(string path, CancellationToken ct) =>
        token = TokenField().Match(await http.GetStringAsync(path, ct)).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex TokenField();
}
