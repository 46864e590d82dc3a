using System.Linq.Expressions;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run without its snapshot, which may name 100,000 images and is not read to say how the run fares.</summary>
public sealed record RunRow(
    RunId Id, ProjectId Project, int Number, RunStatus Status, TrainingRecipe Recipe, DateTimeOffset QueuedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, int Attempt, RunPhase? Phase, double Progress, double? SecondsLeft, int CheckpointEpoch, string? Device,
    string? DeviceReason, string? CodeVersion, string? LibraryVersions, string? FailureReason, bool CancelRequested, Guid Stamp)
{
    public static readonly Expression<Func<TrainingRun, RunRow>> Of = r => new RunRow(
        r.Id, r.ProjectId, r.Number, r.Status, r.Recipe, r.QueuedAt, r.StartedAt, r.EndedAt, r.Attempt, r.Phase, r.Progress, r.SecondsLeft,
        r.CheckpointEpoch, r.Device, r.DeviceReason, r.CodeVersion, r.LibraryVersions, r.FailureReason, r.CancelRequested, r.ConcurrencyStamp);

    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
}

/// <param name="Ahead">How many runs of the team come before it; null unless it waits.</param>
/// <param name="LastStep">The losses so far end with this one.</param>
public sealed record RunState(RunRow Run, int? Ahead, RunStep? LastStep, ModelId? Model, int? ModelVersion)
{
    /// <summary>Adds to rows what other tables know of them.</summary>
    internal static async Task<IReadOnlyList<RunState>> OfAsync(PortalDbContext context, IReadOnlyList<RunRow> rows, CancellationToken ct)
    {
        var ids = rows.Select(row => row.Id).ToList();
        var models = await context.Models.AsNoTracking()
            .Where(m => ids.Contains(m.RunId))
            .Select(m => new { m.RunId, m.Id, m.Version })
            .ToDictionaryAsync(m => m.RunId, ct);
        var steps = await context.RunSteps.AsNoTracking()
            .Where(s => ids.Contains(s.RunId) && !context.RunSteps.Any(later => later.RunId == s.RunId && later.Step > s.Step))
            .ToDictionaryAsync(s => s.RunId, ct);
        var states = new List<RunState>();
        foreach (var row in rows)
        {
            var model = models.GetValueOrDefault(row.Id);
            int? ahead = row.Status == RunStatus.Queued ? await AheadAsync(context, row.QueuedAt, ct) : null;
            states.Add(new RunState(row, ahead, steps.GetValueOrDefault(row.Id), model?.Id, model?.Version));
        }

        return states;
    }

    /// <summary>Only the team's own runs are counted: how busy other teams are is theirs to know.</summary>
    internal static Task<int> AheadAsync(PortalDbContext context, DateTimeOffset queuedAt, CancellationToken ct) => context.Runs.CountAsync(
        r => r.Status == RunStatus.Running || (r.Status == RunStatus.Queued && r.QueuedAt < queuedAt), ct);
}

/// <summary>How a run fares.</summary>
public sealed class GetRunState(PortalDb db) : IUseCase
{
    public async Task<Result<RunState>> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var row = await context.Runs.AsNoTracking().Where(r => r.Id == id).Select(RunRow.Of).FirstOrDefaultAsync(ct);
        return row is null ? new RunNotFound() : (await RunState.OfAsync(context, [row], ct))[0];
    }
}
