using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Runs of one project or of the whole team, newest first. Those of a stability study or a registration model are on its own page.</summary>
public sealed class ListRuns(PortalDb db, RunQueueView queue, TimeProvider time) : IUseCase
{
    public sealed record Item(
        RunId Id, ProjectId Project, string ProjectName, int Number, RunStatus Status, double Progress, TrainingRecipe Recipe,
        DateTimeOffset QueuedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? FailureReason,
        int? ModelVersion, EvaluationMetrics? Metrics, RunPriority Priority, QueuePlace? Place);

    public async Task<IReadOnlyList<Item>> HandleAsync(Actor actor, ProjectId? project, int take, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var rows = await context.Runs.AsNoTracking()
            .Where(r => r.StudyId == null && r.TrainsRegistration == null && (project == null || r.ProjectId == project))
            .OrderByDescending(r => r.QueuedAt)
            .Take(take)
            .Join(context.Projects, r => r.ProjectId, p => p.Id, (run, p) => new { run, p.Name })
            .ToListAsync(ct);
        var ids = rows.Select(row => row.run.Id).ToList();
        var models = await context.Models.AsNoTracking().Where(m => ids.Contains(m.RunId)).ToListAsync(ct);
        var places = await queue.PlacesAsync([.. rows.Where(row => row.run.Status == RunStatus.Queued).Select(row => row.run.Id)], ct);
        return [.. rows.OrderByDescending(row => row.run.QueuedAt).Select(row =>
        {
            var model = models.FirstOrDefault(m => m.RunId == row.run.Id);
            return new Item(
                row.run.Id, row.run.ProjectId, row.Name, row.run.Number, row.run.Status, row.run.Progress, row.run.Recipe,
                row.run.QueuedAt, row.run.StartedAt, row.run.EndedAt, row.run.FailureReason, model?.Version, model?.Metrics,
                row.run.Priority, places.GetValueOrDefault(row.run.Id));
        })];
    }

    /// <param name="Before">The run number that the last page ended with; null at the beginning.</param>
    public sealed record Request(ProjectId Project, int? Before, int Take);

    /// <summary>Runs of a project by number, newest first.</summary>
    public async Task<Result<IReadOnlyList<RunState>>> PageAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var rows = await context.Runs.AsNoTracking()
            .Where(r => r.ProjectId == request.Project && r.StudyId == null && r.TrainsRegistration == null && (request.Before == null || r.Number < request.Before))
            .OrderByDescending(r => r.Number)
            .Take(request.Take)
            .Select(RunRow.Of)
            .ToListAsync(ct);
        return Result<IReadOnlyList<RunState>>.Ok(await RunState.OfAsync(context, queue, time, rows, ct));
    }
}
