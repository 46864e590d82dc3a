using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>Queues images of a model's project to be scored in the background; their results are kept, those that are there are made anew.</summary>
public sealed class StartScoreBatch(PortalDb db, BatchQueue queue, TimeProvider time) : IUseCase
{
    /// <param name="Images">These, or null for those that the filter finds.</param>
    /// <param name="Unscored">Only images without a result of this model.</param>
    public sealed record Request(
        ModelId Model, IReadOnlyList<ImageId>? Images, ImageSplit? Split, ImageLabel? Label, string? Search, bool Unscored);

    public async Task<Result<ScoringBatch>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == request.Model, ct);
        if (model is null)
            return new ModelNotFound();
        var chosen = request.Images is { } named ? await NamedAsync(context, model, named, ct) : await FoundAsync(context, model, request, ct);
        if (!chosen.Succeeded)
            return chosen.Error;
        var batch = ScoringBatch.Queue(model, chosen.Value, actor.User, time.GetUtcNow());
        if (!batch.Succeeded)
            return batch.Error;
        context.ScoringBatches.Add(batch.Value);
        context.Record(actor, time, AuditAction.ScoreBatchStart, "model", model.Id, $"{chosen.Value.Count} images");
        await context.SaveChangesAsync(ct);
        queue.Enqueue(actor.Tenant, batch.Value.Id);
        return batch.Value;
    }

    private static async Task<Result<List<ImageId>>> NamedAsync(
        PortalDbContext context, TrainedModel model, IReadOnlyList<ImageId> named, CancellationToken ct)
    {
        if (named.Count > ScoringBatch.MaxImages)
            return new TooManyToScore();
        var wanted = named.Distinct().ToList();
        foreach (var part in wanted.Chunk(500))
        {
            if (await context.Images.CountAsync(i => i.ProjectId == model.ProjectId && part.Contains(i.Id), ct) != part.Length)
                return new ImageNotFound();
        }

        return wanted;
    }

    private static async Task<Result<List<ImageId>>> FoundAsync(PortalDbContext context, TrainedModel model, Request request, CancellationToken ct)
    {
        var images = context.Images.AsNoTracking().Where(i => i.ProjectId == model.ProjectId);
        if (request.Split is { } split)
            images = images.Where(i => i.Split == split);
        if (request.Label is { } label)
            images = images.Where(i => i.Label == label);
        if (!string.IsNullOrWhiteSpace(request.Search))
            images = images.Where(i => i.Name.Contains(request.Search.Trim()));
        if (request.Unscored)
            images = images.Where(i => !context.Results.Any(r => r.ModelId == model.Id && r.ImageId == i.Id));
        return await images.OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => i.Id).Take(ScoringBatch.MaxImages + 1).ToListAsync(ct);
    }
}

/// <summary>How far a batch has come.</summary>
public sealed class GetScoreBatch(PortalDb db) : IUseCase
{
    public async Task<Result<ScoringBatch>> HandleAsync(Actor actor, ScoringBatchId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await context.ScoringBatches.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, ct) is { } batch ? batch : new BatchNotFound();
    }
}

/// <summary>Cancels a waiting batch at once and asks the worker of a running one to stop. Results that are there stay.</summary>
public sealed class CancelScoreBatch(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result<ScoringBatch>> HandleAsync(Actor actor, ScoringBatchId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        return allowed.Succeeded
            ? await BatchLedger.ChangeAsync(db, actor.Tenant, id, batch => batch.RequestCancel(time.GetUtcNow()), ct,
                context => context.Record(actor, time, AuditAction.ScoreBatchCancel, "batch", id))
            : allowed.Error;
    }
}
