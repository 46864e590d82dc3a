using System.Globalization;
using System.Security.Cryptography;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
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
public sealed class KeepScored(PortalDb db, UploadImage upload, IBlobStore blobs, IScoringPictures pictures, TimeProvider time) : IUseCase
{
    public sealed record Request(ModelId Model, Stream Content, string? Name, double Score, byte[] Map);

    public sealed record Answer(ImageId Image, ResultId Result);

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
        var score = new NewScore(
            image.Value, request.Score,
            await blobs.PutAsync(actor.Tenant, BlobKind.Map, new MemoryStream(request.Map), ct),
            await blobs.PutAsync(actor.Tenant, BlobKind.Heatmap, new MemoryStream(pictures.Heatmap(request.Map, model.Calibration)), ct));
        var rows = await ScoredRows.WriteAsync(db, actor.Tenant, model.Id, [score], time.GetUtcNow(), ct,
            context => context.Record(actor, time, AuditAction.ScoreKeep, "image", image.Value));
        return rows.TryGetValue(image.Value, out var result) ? new Answer(image.Value, result) : new ImageNotFound();
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
