using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Scoring;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Bundles;

/// <summary>Bundles as a program moves them, with a model that the real program has trained; the worker is called by the test.</summary>
public abstract class BundleTest(ScoringHost host) : HttpTest(host)
{
    protected ScoringHost Scoring { get; } = host;

    /// <summary>A team with a model, and a program of the team.</summary>
    internal async Task<(HttpClient Http, TeamAtWork Team, TrainedModel Model)> ReadyAsync()
    {
        var (_, team) = await MemberAsync();
        return (await Scoring.ProgramAsync(team, TeamPermissions.Read | TeamPermissions.Write | TeamPermissions.Score), team, await Scoring.GiveAsync(team, DetectionMethod.PatchCore));
    }

    internal static Task<byte[]> DownloadAsync(HttpClient http, TrainedModel model) => http.GetByteArrayAsync($"/api/v1/models/{model.Id.Value}/bundle", Ct);

    internal static async Task<HttpResponseMessage> SendAsync(HttpClient http, ProjectId project, byte[] bundle)
    {
        using var content = new ByteArrayContent(bundle);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await http.PostAsync($"/api/v1/projects/{project.Value}/models:import?name=part.bundle.zip", content, Ct);
    }

    /// <summary>Sends a bundle, has it taken in, and gives back what REST says of it.</summary>
    internal async Task<JsonElement> ImportAsync(HttpClient http, TeamAtWork team, ProjectId project, byte[] bundle)
    {
        var response = await SendAsync(http, project, bundle);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Ct));
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        return await JsonAsync(await http.GetAsync($"/api/v1/imports/{id}", Ct));
    }

    internal static async Task<List<TrainedModel>> ModelsAsync(TeamAtWork team, ProjectId project)
    {
        await using var context = team.Open();
        return await context.Models.AsNoTracking().Where(m => m.ProjectId == project).OrderBy(m => m.Version).ToListAsync(Ct);
    }

    protected static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct));
        return document.RootElement.Clone();
    }

    internal static Dictionary<string, byte[]> Unzip(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var source = entry.Open();
            using var copy = new MemoryStream();
            source.CopyTo(copy);
            return copy.ToArray();
        });
    }

    internal static PortableModel ManifestOf(byte[] bundle) => PortableModel.Parse(Unzip(bundle)[PortableFile.Manifest]).Value;

    /// <summary>The bundle with other files, sealed again: what somebody makes who changes it on purpose.</summary>
    internal static async Task<byte[]> ForgeAsync(byte[] bundle, Action<Dictionary<string, byte[]>> change)
    {
        string seal;
        using (var zip = new ZipArchive(new MemoryStream(bundle)))
            seal = zip.Comment;
        var files = Unzip(bundle);
        change(files);
        using var forged = new MemoryStream();
        using (var zip = new ZipArchive(forged, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                await using var entry = await zip.CreateEntry(path).OpenAsync(Ct);
                await entry.WriteAsync(content, Ct);
            }

            zip.Comment = seal;
        }

        return await ResealAsync(forged.ToArray());
    }

    internal static async Task<byte[]> ResealAsync(byte[] bundle)
    {
        using var file = new MemoryStream();
        await file.WriteAsync(bundle, Ct);
        await PortableFile.SealAsync(file, Ct);
        return file.ToArray();
    }

    internal static Task<byte[]> ForgeManifestAsync(byte[] bundle, Action<JsonObject> change) => ForgeAsync(bundle, files =>
    {
        var manifest = JsonNode.Parse(files[PortableFile.Manifest])!.AsObject();
        change(manifest);
        files[PortableFile.Manifest] = JsonSerializer.SerializeToUtf8Bytes(manifest);
    });
}
