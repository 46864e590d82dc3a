using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>
/// Deletes a version that nothing refers to, with its results and what people said of them; its run stays with losses and log. The files go
/// with the next sweep, and the number does not come back.
/// </summary>
public sealed class DeleteModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state of the project that the caller saw, when it must still be that one.</param>
    public sealed record Request(ModelId Model, Guid? Expected = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) => PublishedModel.ChangeAsync(
        db, actor, request.Model, request.Expected,
        async (context, project, model) =>
        {
            if (await ModelReferences.FindAsync(context, project, model, ct) is { } reference)
                return reference;
            // In the project's row as well: who publishes the version at the same time looks again and does not find it.
            project.Touch();
            context.Models.Remove(model);
            context.Record(actor, time, AuditAction.ModelDelete, "model", model.Id, $"v{model.Version} of {project.Name}");
            return Result.Ok;
        },
        ct);
}

/// <summary>What still refers to a version.</summary>
internal static class ModelReferences
{
    /// <param name="project">Of the model.</param>
    /// <returns>Why it cannot go and what to do; null when nothing refers to it.</returns>
    public static async Task<Error?> FindAsync(PortalDbContext context, Project project, TrainedModel model, CancellationToken ct)
    {
        if (project.PublishedModelId == model.Id)
            return new ModelIsPublished(model.Version);
        if (await context.PublishRequests.AnyAsync(r => r.ModelId == model.Id && r.State == PublishRequestState.Open, ct))
            return new ModelAwaitsApproval(model.Version);
        var run = await context.Runs.Where(r => r.Id == model.RunId).Select(r => new { r.Number, r.Status }).FirstAsync(ct);
        if (run.Status is RunStatus.Queued or RunStatus.Running or RunStatus.Paused)
            return new ModelStillWritten(model.Version, run.Number);
        if (await context.ScoringBatches.AnyAsync(b => b.ModelId == model.Id && (b.Status == RunStatus.Queued || b.Status == RunStatus.Running), ct))
            return new ModelScores(model.Version);
        return await ScheduleAsync(context, model, ct) is { } schedule ? new ModelIsChallenger(model.Version, schedule) : null;
    }

    /// <summary>The schedule whose newest challenger it is: its history and its letter say “compare them, then decide”.</summary>
    private static async Task<string?> ScheduleAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var made = await context.ScheduleOutcomes.AsNoTracking().Where(o => o.RunId == model.RunId)
            .Select(o => new { o.ScheduleId, o.Sequence }).FirstOrDefaultAsync(ct);
        if (made is null)
            return null;
        var later = await context.ScheduleOutcomes
            .AnyAsync(o => o.ScheduleId == made.ScheduleId && o.Sequence > made.Sequence && context.Models.Any(m => m.RunId == o.RunId), ct);
        return later ? null : await context.Schedules.Where(s => s.Id == made.ScheduleId).Select(s => s.Name).FirstOrDefaultAsync(ct);
    }
}
