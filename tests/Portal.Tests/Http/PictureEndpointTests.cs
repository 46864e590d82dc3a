using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Http;

/// <summary>Pictures and maps: who may see them, how long they are kept, what part is sent.</summary>
public sealed class PictureEndpointTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task Every_picture_is_sent_with_its_type_its_hash_and_for_one_person_to_keep()
    {
        var (browser, addresses, _) = await ScoredAsync();
        foreach (var (address, type) in addresses)
        {
            var response = await browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
            Assert.NotEmpty(await response.Content.ReadAsByteArrayAsync(Ct));
            Assert.Matches("^\"[0-9a-f]{64}\"$", response.Headers.ETag!.ToString());
            Assert.True(response.Headers.CacheControl!.Private);
            Assert.False(response.Headers.CacheControl.Public);
            // Another mask may lie at the same address tomorrow, and a heatmap in other colours when the line moves.
            if (address.EndsWith("/mask", StringComparison.Ordinal) || address.EndsWith("/heatmap.png", StringComparison.Ordinal))
                Assert.True(response.Headers.CacheControl.NoCache);
            else
                Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl.MaxAge);
        }
    }

    [Fact]
    public async Task What_the_browser_has_is_not_sent_again()
    {
        var (browser, addresses, _) = await ScoredAsync();
        foreach (var (address, _) in addresses)
        {
            var tag = (await browser.GetAsync(address)).Headers.ETag!.ToString();
            var again = await browser.GetAsync(address, ifNoneMatch: tag);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync(Ct));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(address, ifNoneMatch: "\"other\"")).StatusCode);
        }
    }

    [Fact]
    public async Task A_visitor_gets_401_without_a_redirect()
    {
        var (_, addresses, _) = await ScoredAsync();
        foreach (var (address, _) in addresses)
        {
            var response = await Visitor().GetAsync(address);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Null(response.Headers.Location);
        }
    }

    [Fact]
    public async Task For_another_team_there_is_nothing_even_with_the_right_hash()
    {
        var (browser, addresses, _) = await ScoredAsync();
        var (stranger, _) = await MemberAsync();
        foreach (var (address, _) in addresses)
        {
            var tag = (await browser.GetAsync(address)).Headers.ETag!.ToString();
            var response = await stranger.GetAsync(address, ifNoneMatch: tag);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Null(response.Headers.ETag);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task An_image_without_a_mask_has_none_to_send()
    {
        var (browser, team) = await MemberAsync();
        var image = await team.UploadAsync(await team.ProjectAsync(), "a.png");
        await AssertProblemAsync(await browser.GetAsync($"/api/v1/images/{image.Value}/mask"), HttpStatusCode.NotFound, "image.missing");
        await AssertProblemAsync(await browser.GetAsync($"/api/v1/results/{Guid.NewGuid()}/map"), HttpStatusCode.NotFound, "result.missing");
    }

    [Fact]
    public async Task A_map_is_sent_in_parts()
    {
        var (browser, _, keys) = await ScoredAsync();
        var address = $"/api/v1/results/{keys.Result.Value}/map";
        var whole = await (await browser.GetAsync(address)).Content.ReadAsByteArrayAsync(Ct);
        Assert.Equal((2, 2), (AnomalyMapFile.Decode(whole).Height, AnomalyMapFile.Decode(whole).Width));

        var part = await browser.GetAsync(address, range: new RangeHeaderValue(0, 3));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("FSAM"u8.ToArray(), await part.Content.ReadAsByteArrayAsync(Ct));
        Assert.Equal($"bytes 0-3/{whole.Length}", part.Content.Headers.ContentRange!.ToString());

        var tail = await browser.GetAsync(address, range: new RangeHeaderValue(AnomalyMapFile.HeaderBytes, null));
        Assert.Equal(whole[AnomalyMapFile.HeaderBytes..], await tail.Content.ReadAsByteArrayAsync(Ct));

        var outside = await browser.GetAsync(address, range: new RangeHeaderValue(whole.Length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, outside.StatusCode);
    }

    private async Task<(Browser Browser, List<(string Address, string Type)> Addresses, Keys Keys)> ScoredAsync()
    {
        var (browser, team) = await MemberAsync();
        var keys = await Seed.FullProjectAsync(team, Ct);
        Assert.True((await team.TryUploadAsync(keys.Project, "ground_truth/scratch/000_mask.png", Picture.Mask())).Succeeded);
        var (image, result) = ($"/api/v1/images/{keys.Image.Value}", $"/api/v1/results/{keys.Result.Value}");
        return (browser,
            [
                ($"{image}/view", "image/png"), ($"{image}/thumbnail", "image/jpeg"), ($"{image}/mask", "image/png"), ($"{image}/original", "application/octet-stream"),
                ($"{result}/heatmap.png", "image/png"), ($"{result}/map", "application/octet-stream"),
            ],
            keys);
    }
}
