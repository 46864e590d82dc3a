using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Tests.Scoring;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Tests.Bundles;

/// <summary>Bundles on their way: in parts, into a team that is full, cancelled half way, and with the images of other parts.</summary>
[Collection(nameof(ScoringCollection))]
public sealed class BundleTransferTests(ScoringHost host) : BundleTest(host)
{
    [Fact]
    public async Task A_download_that_goes_on_gets_the_rest_of_the_same_file_and_is_one_line_of_the_trail()
    {
        var (http, team, model) = await ReadyAsync();
        // From nothing, as programs do that load several parts at once.
        var parts = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PartAsync(http, model, i * 1000, (i * 1000) + 999)));
        Assert.All(parts, part => Assert.Equal((HttpStatusCode.PartialContent, parts[0].Tag), (part.Status, part.Tag)));
        Assert.Equal(1, await DownloadsAsync(team));
        var rest = await PartAsync(http, model, 4000, null, parts[0].Tag);
        byte[] whole = [.. parts.SelectMany(part => part.Content), .. rest.Content];
        Assert.Equal(model.Bundle.Sha256, ManifestOf(whole).Entries.Single(e => e.Path == PortableFile.Model).Sha256);

        // Renamed, it is another file; who has begun gets the rest of what they began, until somebody takes it anew.
        var name = $"Renamed {Guid.NewGuid():N}";
        Assert.True((await Get<ChangeProject>().HandleAsync(team.Owner, new(model.ProjectId, name, null, null), Ct)).Succeeded);
        Assert.Equal(rest.Content, (await PartAsync(http, model, 4000, null, parts[0].Tag)).Content);
        var anew = await DownloadAsync(http, model);
        Assert.Equal(name, ManifestOf(anew).Project);
        Assert.Equal(2, await DownloadsAsync(team));
        var late = await PartAsync(http, model, 4000, null, parts[0].Tag);
        Assert.Equal((HttpStatusCode.OK, anew.Length), (late.Status, late.Content.Length));
        Assert.NotEqual(parts[0].Tag, late.Tag);

        // Whoever else takes a part has taken the bundle.
        using var colleague = await Scoring.ProgramAsync(team, Domain.Tenancy.TeamPermissions.Read);
        var before = await DownloadsAsync(team);
        Assert.Equal(anew[10..20], (await PartAsync(colleague, model, 10, 19)).Content);
        Assert.Equal(anew[20..30], (await PartAsync(colleague, model, 20, 29)).Content);
        Assert.Equal(before + 1, await DownloadsAsync(team));
    }

    [Fact]
    public async Task A_team_without_room_gets_no_version_and_hears_of_the_limit()
    {
        var (http, team, model) = await ReadyAsync();
        var (bundle, project) = (await DownloadAsync(http, model), await team.ProjectAsync());
        long used;
        await using (var context = team.Open())
            used = (await TeamQuotas.UsageAsync(context, Ct)).Bytes;
        Limit(team, used);
        var refused = await SendAsync(http, project, bundle);
        await AssertProblemAsync(refused, HttpStatusCode.RequestEntityTooLarge, "quota.bytes");
        Assert.Contains($"may take {used} bytes", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await using (var context = team.Open())
            Assert.Equal(0, await context.Transfers.CountAsync(Ct));

        // Room for something, and not for this.
        Limit(team, used + model.BundleBytes - 1);
        var view = await ImportAsync(http, team, project, bundle);
        Assert.Equal("failed", view.GetProperty("status").GetString());
        Assert.Contains($"may take {used + model.BundleBytes - 1} bytes", view.GetProperty("failureReason").GetString(), StringComparison.Ordinal);
        Assert.Empty(await ModelsAsync(team, project));
        await using (var context = team.Open())
            Assert.Equal((used, 0), ((await TeamQuotas.UsageAsync(context, Ct)).Bytes, await context.Runs.CountAsync(r => r.ProjectId == project, Ct)));

        Limit(team, used + model.BundleBytes);
        Assert.Equal("succeeded", (await ImportAsync(http, team, project, bundle)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task An_import_that_is_cancelled_while_golden_images_are_scored_leaves_nothing()
    {
        var (http, team, model) = await ReadyAsync();
        var (bundle, project) = (await DownloadAsync(http, model), await team.ProjectAsync());
        var id = (await JsonAsync(await SendAsync(http, project, bundle))).GetProperty("id").GetGuid();
        var read = 0;
        // The first golden image is scored; somebody presses cancel while the second is read.
        var pictures = new WatchedPictures(Get<IScoringPictures>(), async ct =>
        {
            if (++read < 2)
                return;
            Assert.Equal(HttpStatusCode.OK, (await http.PostAsync($"/api/v1/imports/{id}:cancel", null, ct)).StatusCode);
            Get<TransferSignals>().Cancel(new TransferId(id));
            await Task.Delay(Timeout.Infinite, ct);
        });
        var work = new BundleImport(
            Host.Db, Get<Domain.Storage.IBlobStore>(), new BundleProof(Scoring.Pool, pictures), Get<TeamQuotas>(), Get<IOptions<TransferOptions>>(), Host.Time);
        var job = ActivatorUtilities.CreateInstance<TransferJob>(Host.Services, (IEnumerable<ITransferWork>)[work]);
        await job.ExecuteAsync(team.Tenant.Value, id, Ct);
        Assert.Equal(2, read);
        Assert.Equal("cancelled", (await JsonAsync(await http.GetAsync($"/api/v1/imports/{id}", Ct))).GetProperty("status").GetString());
        Assert.Empty(await ModelsAsync(team, project));
        await using var context = team.Open();
        Assert.Equal((0, 0), (await context.Runs.CountAsync(r => r.ProjectId == project, Ct), await context.LineVersions.CountAsync(v => context.Models.Any(m => m.Id == v.ModelId && m.ProjectId == project), Ct)));
        Assert.Null((await context.Transfers.SingleAsync(t => t.Id == new TransferId(id), Ct)).Source);
    }

    [Fact]
    public async Task A_bundle_brings_the_images_of_other_parts_and_is_refused_without_one_of_them()
    {
        var (_, team) = await MemberAsync();
        var http = await Scoring.ProgramAsync(team, Domain.Tenancy.TeamPermissions.Read | Domain.Tenancy.TeamPermissions.Write | Domain.Tenancy.TeamPermissions.Score);
        await team.ShotsAsync(await team.ProjectAsync("Other part"), 3);
        var model = await Scoring.GiveAsync(team, DetectionMethod.RegAd);
        var bundle = await DownloadAsync(http, model);
        var category = Assert.Single(ManifestOf(bundle).Training);
        Assert.Equal(("Other part", 3), (category.Name, category.Images.Count));
        Assert.All(category.Images, path => Assert.StartsWith("training/0/", path, StringComparison.Ordinal));

        var project = await team.ProjectAsync();
        var cut = await ImportOrRefusalAsync(http, team, project, await ForgeAsync(bundle, files => files.Remove(category.Images[1])));
        Assert.Contains(category.Images[1], cut, StringComparison.Ordinal);
        cut = await ImportOrRefusalAsync(http, team, project, await ForgeAsync(bundle, files => files[category.Images[1]] = files[category.Images[1]][..^1]));
        Assert.Contains(category.Images[1], cut, StringComparison.Ordinal);
        Assert.Empty(await ModelsAsync(team, project));
        var view = await ImportAsync(http, team, project, bundle);
        Assert.True(view.GetProperty("status").GetString() == "succeeded", view.ToString());
        Assert.Equal(3, Assert.Single(await ModelsAsync(team, project)).Origin!.Data.CategoryImages);
    }

    private async Task<string> ImportOrRefusalAsync(HttpClient http, TeamAtWork team, ProjectId project, byte[] bundle)
    {
        var response = await SendAsync(http, project, bundle);
        if (response.StatusCode != HttpStatusCode.Accepted)
            return await response.Content.ReadAsStringAsync(Ct);
        var id = (await JsonAsync(response)).GetProperty("id").GetGuid();
        await Host.WorkAsync(team.Tenant, new TransferId(id), Ct);
        var view = await JsonAsync(await http.GetAsync($"/api/v1/imports/{id}", Ct));
        Assert.Equal("failed", view.GetProperty("status").GetString());
        return view.GetProperty("failureReason").GetString()!;
    }

    private static async Task<(HttpStatusCode Status, string Tag, byte[] Content)> PartAsync(HttpClient http, TrainedModel model, long from, long? to, string? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/models/{model.Id.Value}/bundle");
        request.Headers.Range = new RangeHeaderValue(from, to);
        if (ifRange is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(EntityTagHeaderValue.Parse(ifRange));
        using var response = await http.SendAsync(request, Ct);
        return (response.StatusCode, response.Headers.ETag!.ToString(), await response.Content.ReadAsByteArrayAsync(Ct));
    }

    private static async Task<int> DownloadsAsync(TeamAtWork team)
    {
        await using var context = team.Open();
        return await context.Audit.CountAsync(e => e.Action == "model.download", Ct);
    }

    private void Limit(TeamAtWork team, long bytes)
    {
        var options = Host.Services.GetRequiredService<IOptionsMonitor<QuotaOptions>>().CurrentValue;
        options.Teams = new(options.Teams) { [team.Tenant.Value] = new QuotaOptions { Bytes = bytes } };
    }

    /// <summary>The portal's own decoder, and a look before each picture.</summary>
    private sealed class WatchedPictures(IScoringPictures own, Func<CancellationToken, Task> before) : IScoringPictures
    {
        public async Task<Result<ModelPicture>> ReadAsync(Stream content, int side, CancellationToken ct)
        {
            await before(ct);
            return await own.ReadAsync(content, side, ct);
        }

        public Task<bool[]> MaskAsync(Stream png, int side, CancellationToken ct) => own.MaskAsync(png, side, ct);

        public byte[] Heatmap(byte[] map, Calibration calibration) => own.Heatmap(map, calibration);
    }
}
