using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
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
            images = images.Where(i => NameSearch.Fits(i.Name, NameSearch.Pattern(request.Search)));
        if (request.Unscored)
            images = images.Where(i => !context.Results.Any(r => r.ModelId == model.Id && r.ImageId == i.Id));
        return await images.OrderBy(i => i.Name).ThenBy(i => i.Id).Select(i => i.Id).Take(ScoringBatch.MaxImages + 1).ToListAsync(ct);
    }
}

/// <summary>How far a batch has come.</summary>
public sealed class GetScoreBatch(PortalDb db) : IUseCase
{
    public async Task<Result<BatchProgress>> HandleAsync(Actor actor, ScoringBatchId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await BatchProgress.Of(context.ScoringBatches.Where(b => b.Id == id)).FirstOrDefaultAsync(ct) is { } batch ? batch : new BatchNotFound();
    }
}

/// <summary>The batches of a project, newest first.</summary>
public sealed class ListScoreBatches(PortalDb db) : IUseCase
{
    /// <param name="Model">Only of this model.</param>
    /// <param name="After">The last batch that was given; null at the beginning.</param>
    public sealed record Request(ProjectId Project, ModelId? Model = null, BatchPosition? After = null, int Take = 100);

    public async Task<Result<IReadOnlyList<BatchProgress>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var batches = context.ScoringBatches.Where(b => b.ProjectId == request.Project);
        if (request.Model is { } model)
            batches = batches.Where(b => b.ModelId == model);
        if (request.After is { } after)
        {
            var (at, id) = (after.At, new ScoringBatchId(after.Id));
            batches = batches.Where(b => b.QueuedAt <= at && (b.QueuedAt < at || b.Id > id));
        }

        return Result<IReadOnlyList<BatchProgress>>.Ok(
            await BatchProgress.Of(batches.OrderByDescending(b => b.QueuedAt).ThenBy(b => b.Id).Take(request.Take)).ToListAsync(ct));
    }
}

/// <summary>Where a list of batches goes on.</summary>
public sealed record BatchPosition(DateTimeOffset At, Guid Id);

/// <summary>A batch without the list of its images, which may be a hundred thousand.</summary>
public sealed record BatchProgress(
    ScoringBatchId Id, ProjectId Project, ModelId Model, RunStatus Status, bool CancelRequested, int Total, int Scored, int Skipped, string? FailureReason,
    DateTimeOffset QueuedAt, DateTimeOffset? EndedAt)
{
    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    public static IQueryable<BatchProgress> Of(IQueryable<ScoringBatch> batches) => batches.Select(b => new BatchProgress(
        b.Id, b.ProjectId, b.ModelId, b.Status, b.CancelRequested, b.Total, b.Scored, b.Skipped, b.FailureReason, b.QueuedAt, b.EndedAt));

    public static BatchProgress Of(ScoringBatch b) => new(
        b.Id, b.ProjectId, b.ModelId, b.Status, b.CancelRequested, b.Total, b.Scored, b.Skipped, b.FailureReason, b.QueuedAt, b.EndedAt);
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
