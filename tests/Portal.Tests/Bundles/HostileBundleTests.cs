using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Tests.Scoring;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Bundles;

/// <summary>Bundles that are none, or not what they say. None crashes anything, and none makes a version.</summary>
[Collection(nameof(ScoringCollection))]
public sealed class HostileBundleTests(ScoringHost host) : BundleTest(host)
{
    private const int Mutations = 120;
    private const int Forgeries = 30;

    [Fact]
    public async Task Any_changed_byte_and_any_cut_is_refused_at_once()
    {
        var (http, team, model) = await ReadyAsync();
        var (bundle, project) = (await DownloadAsync(http, model), await team.ProjectAsync());
        var random = new Random(20261129);
        for (var i = 0; i < Mutations; i++)
        {
            var changed = (byte[])bundle.Clone();
            if (i % 4 == 3)
                changed = changed[..random.Next(changed.Length)];
            else
                changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            var response = await SendAsync(http, project, changed);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"Mutation {i}: {await response.Content.ReadAsStringAsync(Ct)}");
        }

        await using var context = team.Open();
        Assert.False(await context.Transfers.AnyAsync(Ct));
        Assert.Empty(await ModelsAsync(team, project));
    }

    [Fact]
    public async Task Bytes_that_are_changed_and_sealed_again_make_no_other_version()
    {
        var (http, team, model) = await ReadyAsync();
        var bundle = await DownloadAsync(http, model);
        var random = new Random(1129);
        // The manifest and the directory stand at the end: there every byte means something.
        var from = bundle.AsSpan().LastIndexOf("manifest.json"u8) - 4_000;
        for (var i = 0; i < Forgeries; i++)
        {
            var changed = (byte[])bundle.Clone();
            changed[random.Next(from, changed.Length - 120)] ^= (byte)random.Next(1, 256);
            var project = await team.ProjectAsync();
            var response = await SendAsync(http, project, await ResealAsync(changed));
            if (response.StatusCode != HttpStatusCode.Accepted)
            {
                Assert.True((int)response.StatusCode is >= 400 and < 500, $"Forgery {i}: {response.StatusCode}");
                continue;
            }

            var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
            await Host.WorkAsync(team.Tenant, new Domain.Common.TransferId(id), Ct);
            var view = await JsonAsync(await http.GetAsync($"/api/v1/imports/{id}", Ct));
            Assert.DoesNotContain("could not go on", view.GetProperty("failureReason").GetString() ?? "", StringComparison.Ordinal);
            // A date in the zip's directory says nothing of the model: then it is the very same one.
            Assert.All(await ModelsAsync(team, project), made => Assert.Equal((model.Bundle.Sha256, model.Fitted), (made.Bundle.Sha256, made.Fitted)));
        }
    }

    public static TheoryData<string, string> Forged => new()
    {
        { "no JSON", "manifest.json" },
        { "NaN", "manifest.json" },
        { "huge", "out of all bounds" },
        { "format", "format 99" },
        { "tolerance", "tolerance" },
        { "traversal", "leads out of its own folder" },
        { "absolute", "leads out of its own folder" },
        { "extra", "which its manifest does not name" },
        { "missing", "it is not in the zip" },
        { "hash", "damaged" },
        { "pickle", "it is no model" },
        { "recipe", "its recipe, line or data are not those" },
        { "weights", "cannot load it" },
        { "golden", "cannot be read" },
        { "no golden", "golden images" },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_forged_bundle_is_refused_with_the_reason(string forgery, string reason)
    {
        var (http, team, model) = await ReadyAsync();
        var (bundle, project) = (await DownloadAsync(http, model), await team.ProjectAsync());
        var response = await SendAsync(http, project, await ForgeAsync(bundle, forgery));
        var said = await response.Content.ReadAsStringAsync(Ct);
        if (response.StatusCode == HttpStatusCode.Accepted)
        {
            var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
            await Host.WorkAsync(team.Tenant, new Domain.Common.TransferId(id), Ct);
            var view = await JsonAsync(await http.GetAsync($"/api/v1/imports/{id}", Ct));
            Assert.Equal("failed", view.GetProperty("status").GetString());
            said = view.GetProperty("failureReason").GetString()!;
        }
        else
        {
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Empty(await ModelsAsync(team, project));
    }

    private static Task<byte[]> ForgeAsync(byte[] bundle, string forgery) => forgery switch
    {
        "no JSON" => ForgeAsync(bundle, files => files[PortableFile.Manifest] = "not json"u8.ToArray()),
        "NaN" => ForgeAsync(bundle, files => Replace(files, "\"missing\": 0", "\"missing\": NaN")),
        "huge" => ForgeAsync(bundle, files => Replace(files, "\"missing\": 0", "\"missing\": 1e999")),
        "format" => ForgeManifestAsync(bundle, manifest => manifest["formatVersion"] = 99),
        "tolerance" => ForgeManifestAsync(bundle, manifest => manifest["tolerance"] = 1000),
        "traversal" => ForgeAsync(bundle, files => files["../../model.fsad"] = [1]),
        "absolute" => ForgeAsync(bundle, files => files["/etc/model"] = [1]),
        "extra" => ForgeAsync(bundle, files => files["more.txt"] = [1]),
        "missing" => ForgeAsync(bundle, files => files.Remove("golden/0.png")),
        "hash" => ForgeAsync(bundle, files => files["golden/0.png"][^1] ^= 1),
        "pickle" => ForgeFileAsync(bundle, PortableFile.Model, Encoding.ASCII.GetBytes("cos\nsystem\n(S'touch /tmp/owned'\ntR.")),
        "recipe" => ForgeManifestAsync(bundle, manifest => manifest["recipe"]!["seed"] = 4711),
        "weights" => ForgeFileAsync(bundle, PortableFile.Model, WithoutWeights(Unzip(bundle)[PortableFile.Model])),
        "golden" => ForgeFileAsync(bundle, "golden/0.png", "no picture"u8.ToArray()),
        _ => ForgeManifestAsync(bundle, manifest => manifest["golden"] = new JsonArray()),
    };

    private static void Replace(Dictionary<string, byte[]> files, string text, string with)
    {
        var before = Encoding.UTF8.GetString(files[PortableFile.Manifest]);
        Assert.Contains(text, before, StringComparison.Ordinal);
        files[PortableFile.Manifest] = Encoding.UTF8.GetBytes(before.Replace(text, with, StringComparison.Ordinal));
    }

    /// <summary>Another file in a bundle that says so: only what the file is can give it away.</summary>
    private static Task<byte[]> ForgeFileAsync(byte[] bundle, string path, byte[] content) => ForgeAsync(bundle, files =>
    {
        files[path] = content;
        var manifest = JsonNode.Parse(files[PortableFile.Manifest])!;
        var entry = manifest["entries"]!.AsArray().First(e => e!["path"]!.GetValue<string>() == path)!;
        entry["bytes"] = content.Length;
        entry["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        files[PortableFile.Manifest] = Encoding.UTF8.GetBytes(manifest.ToJsonString());
    });

    private static byte[] WithoutWeights(byte[] model)
    {
        var files = Unzip(model);
        using var stream = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files.Where(file => !file.Key.StartsWith("weights", StringComparison.Ordinal)))
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }
}
