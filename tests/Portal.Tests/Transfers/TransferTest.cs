using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>Exports and imports as a program uses them: by REST with a key; the worker is called by the test.</summary>
public abstract class TransferTest(PortalHost host) : HttpTest(host)
{
    /// <summary>A team, and a program that has a key of it.</summary>
    internal async Task<(HttpClient Program, TeamAtWork Team)> CallerAsync(TeamPermissions scopes = TeamPermissions.Read | TeamPermissions.Write)
    {
        var (_, team) = await MemberAsync();
        return (await CallerAsync(team, scopes), team);
    }

    internal async Task<HttpClient> CallerAsync(TeamAtWork team, TeamPermissions scopes)
    {
        var token = await KeyAsync(team, scopes);
        var program = Visitor().Http;
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return program;
    }

    protected static async Task<Guid> StartExportAsync(HttpClient program, ProjectId project, object body)
    {
        var response = await program.PostAsJsonAsync($"/api/v1/projects/{project.Value}/exports", body, Ct);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        Assert.Equal($"/api/v1/exports/{id}", response.Headers.Location!.OriginalString);
        return id;
    }

    /// <summary>Asks for an export, has it made, and fetches it.</summary>
    internal async Task<byte[]> ExportAsync(HttpClient program, TeamAtWork team, ProjectId project, object body)
    {
        var id = await StartExportAsync(program, project, body);
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var view = await JsonAsync(await program.GetAsync($"/api/v1/exports/{id}", Ct));
        Assert.True(view.GetProperty("status").GetString() == "succeeded", view.ToString());
        var file = await program.GetByteArrayAsync($"/api/v1/exports/{id}/file", Ct);
        Assert.Equal(view.GetProperty("bytes").GetInt64(), file.Length);
        Assert.Equal(view.GetProperty("sha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)));
        return file;
    }

    /// <summary>A project with a model and its results.</summary>
    internal async Task<(HttpClient Program, TeamAtWork Team, ProjectId Project)> ScoredAsync(params (string Name, double Score)[] rows)
    {
        var (program, team) = await CallerAsync();
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var images = await team.RowsAsync(project, [.. rows.Select(r => (r.Name, ImageSplit.Test, ImageLabel.Unknown))]);
        await team.ModelAsync(project, await team.RunAsync(project), [.. images.Zip(rows, (image, row) => (image, row.Score))]);
        return (program, team, project);
    }

    protected static async Task<HttpResponseMessage> SendZipAsync(HttpClient program, string address, byte[] zip)
    {
        using var content = new ByteArrayContent(zip);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return await program.PostAsync(address, content, Ct);
    }

    /// <summary>Sends a zip, has it taken in, and gives back what REST says of it.</summary>
    internal async Task<JsonElement> ImportAsync(HttpClient program, TeamAtWork team, string address, byte[] zip)
    {
        var response = await SendZipAsync(program, address, zip);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Ct));
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        return await JsonAsync(await program.GetAsync($"/api/v1/imports/{id}", Ct));
    }

    protected static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Ct));
        return document.RootElement.Clone();
    }

    internal static byte[] Zip(params (string Path, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
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

    internal static async Task<Transfer> RowAsync(TeamAtWork team, Guid id)
    {
        await using var context = team.Open();
        var transfer = new TransferId(id);
        return await context.Transfers.AsNoTracking().SingleAsync(t => t.Id == transfer, Ct);
    }
}
