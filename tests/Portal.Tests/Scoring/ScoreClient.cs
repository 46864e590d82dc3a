using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FewShotAD.Portal.Tests.Scoring;

/// <summary>What a program sees of an answer.</summary>
internal sealed record ScoreAnswer(
    double Score, double ScaledScore, string Verdict, JsonElement Thresholds, JsonElement Model, int Width, int Height, double Seconds,
    string Map, string Heatmap, string? MapData, string? HeatmapData, KeptAnswer? Kept);

internal sealed record KeptAnswer(Guid Image, Guid Result);

internal static class ScoreClient
{
    public static async Task<HttpResponseMessage> PostAsync(this HttpClient http, string address, byte[] picture, string type, CancellationToken ct)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await http.PostAsync(address, content, ct);
    }

    public static async Task<ScoreAnswer> ScoreAsync(this HttpClient http, string address, byte[] picture, CancellationToken ct)
    {
        using var response = await http.PostAsync(address, picture, "image/png", ct);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(ct));
        return (await response.Content.ReadFromJsonAsync<ScoreAnswer>(ct))!;
    }
}
