using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A team whose people use the real handlers, and whose worker leaves behind what a training run does.</summary>
internal sealed class TeamAtWork(PortalHost host, IServiceProvider services, Actor owner)
{
    public static readonly Calibration Line = new(CertainlyGood: 1, CertainlyDefective: 2, NormalScore: 0.5, NormalPixel: 0.1, PixelThreshold: 0.6);

    private static int counter;

    public Actor Owner => owner;

    public Actor Engineer => owner with { Role = TeamRole.Engineer };

    public Actor Viewer => owner with { Role = TeamRole.Viewer };

    public TenantId Tenant => owner.Tenant;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static int Next() => Interlocked.Increment(ref counter);

    public PortalDbContext Open() => host.Db.ForTenant(Tenant);

    public async Task<ProjectId> ProjectAsync(string? name = null) =>
        (await services.GetRequiredService<CreateProject>().HandleAsync(Engineer, new(name ?? $"Part {Next()}", null), Ct)).Value;

    public Task<Result<UploadImage.Answer>> TryUploadAsync(
        ProjectId project, string path, byte[] content, ImageSplit split = ImageSplit.Unassigned, ImageLabel label = ImageLabel.Unknown) =>
        services.GetRequiredService<UploadImage>()
            .HandleAsync(Engineer, new(project, new MemoryStream(content), path, split, label), Ct);

    /// <summary>Uploads a picture of its own.</summary>
    public async Task<ImageId> UploadAsync(
        ProjectId project, string path, ImageSplit split = ImageSplit.Unassigned, ImageLabel label = ImageLabel.Unknown) =>
        (await TryUploadAsync(project, path, Picture.Png(Next()), split, label)).Value.Image;

    public async Task<List<ImageId>> ShotsAsync(ProjectId project, int count, string folder = "train/good")
    {
        var shots = new List<ImageId>();
        for (var i = 0; i < count; i++)
            shots.Add(await UploadAsync(project, $"{folder}/{i:000}.png"));
        return shots;
    }

    public async Task<RunId> RunAsync(ProjectId project, TrainingRecipe? recipe = null) =>
        (await services.GetRequiredService<StartRun>().HandleAsync(
            Engineer, new(project, recipe ?? TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }, Again: true), Ct)).Value;

    public async Task<InspectionImage> ImageAsync(ImageId id)
    {
        await using var context = Open();
        return await context.Images.AsNoTracking().SingleAsync(i => i.Id == id, Ct);
    }

    public async Task<TrainingRun> RunAsync(RunId id)
    {
        await using var context = Open();
        return await context.Runs.AsNoTracking().SingleAsync(r => r.Id == id, Ct);
    }

    /// <summary>Does to a run what its worker would do.</summary>
    public async Task WorkAsync(RunId id, Func<TrainingRun, Result> change)
    {
        await using var context = Open();
        var run = await context.Runs.SingleAsync(r => r.Id == id, Ct);
        Assert.True(change(run).Succeeded);
        await context.SaveChangesAsync(Ct);
    }

    /// <summary>A finished run's model with the scores it gave, as its worker records them.</summary>
    public async Task<(TrainedModel Model, List<ScoredImage> Results)> ModelAsync(
        ProjectId project, RunId run, IReadOnlyList<(InspectionImage Image, double Score)> scores, byte[]? mapFile = null)
    {
        var blobs = services.GetRequiredService<IBlobStore>();
        var map = await blobs.PutAsync(Tenant, BlobKind.Map, new MemoryStream(mapFile ?? AnomalyMapFile.Encode([0.5f, 1, 2, 4], 2, 2)), Ct);
        var heatmap = await blobs.PutAsync(Tenant, BlobKind.Heatmap, new MemoryStream(Picture.Png(1)), Ct);
        await using var context = Open();
        var owner = await context.Runs.SingleAsync(r => r.Id == run, Ct);
        var version = (await context.Projects.SingleAsync(p => p.Id == project, Ct)).TakeModelVersion();
        var model = TrainedModel.Create(owner, version, BlobKey.For(Tenant, BlobKind.Model, map.Sha256), 1, map.Sha256, Line, host.Time.Now);
        var results = scores.Select(s => ScoredImage.Create(model, s.Image, s.Score, map, heatmap, host.Time.Now)).ToList();
        context.Models.Add(model);
        context.Results.AddRange(results);
        await context.SaveChangesAsync(Ct);
        return (model, results);
    }

    /// <summary>Gives a model's row a bundle that is there.</summary>
    public async Task PutAsync(BlobKind kind, TrainedModel model)
    {
        var bundle = await services.GetRequiredService<IBlobStore>().PutAsync(Tenant, kind, new MemoryStream(Picture.Png(Next())), Ct);
        await using var context = Open();
        (await context.Models.SingleAsync(m => m.Id == model.Id, Ct)).Rewrite(bundle, 1, model.DataHash, model.Calibration);
        await context.SaveChangesAsync(Ct);
    }

    /// <summary>Image rows without files, for lists that are longer than is worth uploading.</summary>
    public async Task<List<InspectionImage>> RowsAsync(ProjectId project, params (string Name, ImageSplit Split, ImageLabel Label)[] rows)
    {
        await using var context = Open();
        var owner = await context.Projects.SingleAsync(p => p.Id == project, Ct);
        var images = rows.Select(row => Row(owner, row.Name, row.Split, row.Label)).ToList();
        context.Images.AddRange(images);
        await context.SaveChangesAsync(Ct);
        return images;
    }

    private InspectionImage Row(Project project, string name, ImageSplit split, ImageLabel label)
    {
        var hash = Next().ToString("x64", System.Globalization.CultureInfo.InvariantCulture);
        BlobKey Blob(BlobKind kind) => BlobKey.For(Tenant, kind, hash);
        var blobs = new ImageBlobs(Blob(BlobKind.Original), Blob(BlobKind.View), Blob(BlobKind.Thumbnail));
        var image = InspectionImage.Create(project, name, new ImageFacts(64, 48, "png", 1, hash), blobs, Owner.User, host.Time.Now).Value;
        Assert.True(image.Classify(split, label).Succeeded);
        return image;
    }
}
