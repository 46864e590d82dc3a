using System.Linq.Expressions;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run without its snapshot, which may name 100,000 images and is not read to say how the run fares.</summary>
public sealed record RunRow(
    RunId Id, ProjectId Project, int Number, RunStatus Status, TrainingRecipe Recipe, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, int Attempt, RunPhase? Phase, double Progress, double? SecondsLeft, int CheckpointEpoch, string? Device,
    string? DeviceReason, string? CodeVersion, string? LibraryVersions, string? FailureReason, bool CancelRequested, bool PauseRequested,
    RunPriority Priority, ScheduleId? Schedule, string? Cause, StudyId? Study, ReproducedVersion? Reproduces, Guid Stamp)
{
    public static readonly Expression<Func<TrainingRun, RunRow>> Of = r => new RunRow(
        r.Id, r.ProjectId, r.Number, r.Status, r.Recipe, r.QueuedAt, r.StartedAt, r.EndedAt, r.Attempt, r.Phase, r.Progress, r.SecondsLeft,
        r.CheckpointEpoch, r.Device, r.DeviceReason, r.CodeVersion, r.LibraryVersions, r.FailureReason, r.CancelRequested, r.PauseRequested,
        r.Priority, r.ScheduleId, r.Cause, r.StudyId, r.Reproduces, r.ConcurrencyStamp);

    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}

/// <param name="Place">In the queue; null unless it waits.</param>
/// <param name="Expected">When it will probably start, to the minute; null when nobody can say.</param>
/// <param name="LastStep">The losses so far end with this one.</param>
public sealed record RunState(RunRow Run, QueuePlace? Place, DateTimeOffset? Expected, RunStep? LastStep, ModelId? Model, int? ModelVersion)
{
    /// <summary>Adds to rows what other tables know of them.</summary>
    internal static async Task<IReadOnlyList<RunState>> OfAsync(
        PortalDbContext context, RunQueueView queue, TimeProvider time, IReadOnlyList<RunRow> rows, CancellationToken ct)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var models = await context.Models.AsNoTracking()
            .Where(m => ids.Contains(m.RunId))
            .Select(m => new { m.RunId, m.Id, m.Version })
            .ToDictionaryAsync(m => m.RunId, ct);
        var steps = await context.RunSteps.AsNoTracking()
            .Where(s => ids.Contains(s.RunId) && !context.RunSteps.Any(later => later.RunId == s.RunId && later.Step > s.Step))
            .ToDictionaryAsync(s => s.RunId, ct);
        var places = await queue.PlacesAsync([.. rows.Where(row => row.Status == RunStatus.Queued).Select(row => row.Id)], ct);
        return
        [
            .. rows.Select(row =>
            {
                var (model, place) = (models.GetValueOrDefault(row.Id), places.GetValueOrDefault(row.Id));
                return new RunState(row, place, QueueText.At(place, time.GetUtcNow()), steps.GetValueOrDefault(row.Id), model?.Id, model?.Version);
            }),
        ];
    }
}

/// <summary>How a run fares.</summary>
public sealed class GetRunState(PortalDb db, RunQueueView queue, TimeProvider time) : IUseCase
{
    public async Task<Result<RunState>> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var row = await context.Runs.AsNoTracking().Where(r => r.Id == id).Select(RunRow.Of).FirstOrDefaultAsync(ct);
        return row is null ? new RunNotFound() : (await RunState.OfAsync(context, queue, time, [row], ct))[0];
    }
}
