using System.Globalization;
using System.Security.Cryptography;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>Stores a picture that was scored, with its result. A picture that the project has already gets the result; sent twice, it is there once.</summary>
public sealed class KeepScored(
    PortalDb db, UploadImage upload, IBlobStore blobs, IScoringPictures pictures, IgnoredPixels regions, TimeProvider time) : IUseCase
{
    /// <param name="Score">Of the whole map; ignore regions are left out here.</param>
    public sealed record Request(ModelId Model, Stream Content, string? Name, double Score, byte[] Map);

    /// <param name="Score">As it is kept.</param>
    public sealed record Answer(ImageId Image, ResultId Result, double Score);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        TrainedModel? model;
        await using (var context = db.ForTenant(actor.Tenant))
            model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == request.Model, ct);
        if (model is null)
            return new ModelNotFound();
        var image = await StoreAsync(actor, model.ProjectId, request, ct);
        if (!image.Succeeded)
            return image.Error;
        var (taken, ignored) = await TakeAsync(model, image.Value, request, ct);
        var score = new NewScore(
            image.Value, taken,
            await blobs.PutAsync(actor.Tenant, BlobKind.Map, new MemoryStream(request.Map), ct),
            await blobs.PutAsync(actor.Tenant, BlobKind.Heatmap, new MemoryStream(pictures.Heatmap(request.Map, model.Fitted)), ct),
            ignored);
        var rows = await ScoredRows.WriteAsync(db, actor.Tenant, model.Id, [score], time.GetUtcNow(), ct,
            context => context.Record(actor, time, AuditAction.ScoreKeep, "image", image.Value));
        return rows.TryGetValue(image.Value, out var result) ? new Answer(image.Value, result, taken) : new ImageNotFound();
    }

    /// <summary>A picture that the project has already may have a region of its own.</summary>
    private async Task<(double Score, IgnoredScore? Ignored)> TakeAsync(TrainedModel model, ImageId id, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(model.TenantId);
        var own = await context.Images.AsNoTracking().Where(i => i.Id == id).Select(i => i.Ignore).FirstOrDefaultAsync(ct);
        var region = await IgnoredPixels.OfProjectAsync(context, model.ProjectId, ct);
        var recipe = await context.Runs.AsNoTracking().Where(r => r.Id == model.RunId).Select(r => r.Recipe).FirstAsync(ct);
        return await regions.TakeAsync(model.TenantId, request.Map, request.Score, ScoreReduction.WindowOf(recipe.Method), own, region, ct);
    }

    private async Task<Result<ImageId>> StoreAsync(Actor actor, ProjectId project, Request request, CancellationToken ct)
    {
        // The last part alone: a folder in the name would say split and label.
        var name = Path.GetFileName(request.Name?.Replace('\\', '/') ?? "");
        if (string.IsNullOrWhiteSpace(name))
            name = string.Create(CultureInfo.InvariantCulture, $"scored-{time.GetUtcNow():yyyyMMdd-HHmmss-fff}");
        var stored = await upload.HandleAsync(
            actor, new UploadImage.Request(project, request.Content, name, ImageSplit.Unassigned, ImageLabel.Unknown), ct);
        if (stored.Succeeded)
            return stored.Value.Image;
        if (stored.Error is not DuplicateImage)
            return stored.Error;
        request.Content.Position = 0;
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Content, ct));
        await using var context = db.ForTenant(actor.Tenant);
        var same = await context.Images.AsNoTracking().FirstOrDefaultAsync(i => i.ProjectId == project && i.Sha256 == sha256, ct);
        return same is null ? new ImageNotFound() : same.Id;
    }
}
