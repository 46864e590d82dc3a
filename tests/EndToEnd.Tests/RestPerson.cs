using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Imaging;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>A key of the portal's only team at work, beside whoever uses its pages. What is refused fails the test with the answer.</summary>
public sealed class RestPerson : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient http;

    public RestPerson(PortalProcess portal)
    {
        http = new HttpClient { BaseAddress = new Uri($"{portal.Url}/api/v1/"), Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Ledger.AddKey(portal, TeamPermissionRules.Scopes));
    }

    public void Dispose() => http.Dispose();

    public Task<JsonElement> GetAsync(string address, CancellationToken ct) => http.GetFromJsonAsync<JsonElement>(address, ct);

    public Task<byte[]> BytesAsync(string address, CancellationToken ct) => http.GetByteArrayAsync(address, ct);

    public async Task<JsonElement> PostAsync(string address, object body, CancellationToken ct)
    {
        using var answer = await http.PostAsJsonAsync(address, body, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ct);
    }

    public async Task<Guid> ProjectAsync(string name, CancellationToken ct) => (await PostAsync("projects", new { name }, ct)).GetProperty("id").GetGuid();

    /// <param name="path">Says by its folders what the image is, as in a dataset.</param>
    public async Task UploadAsync(Guid project, string path, byte[] content, CancellationToken ct)
    {
        using var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var form = new MultipartFormDataContent { { file, "files", Path.GetFileName(path) }, { new StringContent(path), "path" } };
        using var answer = await http.PostAsync($"projects/{project}/images", form, ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(ct));
    }

    public Task UploadAsync(Guid project, string path, RgbImage image, CancellationToken ct)
    {
        using var png = new MemoryStream();
        PngWriter.Write(image, png);
        return UploadAsync(project, path, png.ToArray(), ct);
    }

    /// <returns>The model that a run leaves.</returns>
    public async Task<Guid> TrainAsync(Guid project, object recipe, CancellationToken ct)
    {
        var run = await PostAsync($"projects/{project}/runs", recipe, ct);
        return (await EndAsync($"runs/{run.GetProperty("id").GetGuid()}", ct)).GetProperty("modelId").GetGuid();
    }

    /// <summary>What is worked on, once it has succeeded.</summary>
    public async Task<JsonElement> EndAsync(string address, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        while (true)
        {
            var state = await GetAsync(address, limit.Token);
            var status = state.GetProperty("status").GetString();
            Assert.True(status is "queued" or "running" or "succeeded", $"{address} is {status}: {state}");
            if (status == "succeeded")
                return state;
            await Task.Delay(100, limit.Token);
        }
    }
}
