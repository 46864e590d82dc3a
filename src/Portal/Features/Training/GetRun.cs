using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run with its losses, the end of its log, its model, its history and its place in the queue.</summary>
public sealed class GetRun(PortalDb db, RunQueueView queue) : IUseCase
{
    public const int LogLines = 200;
    public const int MostMoments = 50;

    public sealed record Answer(
        TrainingRun Run, string ProjectName, TrainedModel? Model, int Scored, IReadOnlyList<RunStep> Steps, IReadOnlyList<RunLogLine> Log,
        IReadOnlyList<NamedMoment> History, QueuePlace? Place);

    public async Task<Result<Answer>> HandleAsync(Actor actor, RunId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var run = await context.Runs.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        if (run is null)
            return new RunNotFound();
        var project = await context.Projects.AsNoTracking().Where(p => p.Id == run.ProjectId).Select(p => p.Name).FirstAsync(ct);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.RunId == id, ct);
        var scored = await context.Results.CountAsync(r => r.RunId == id, ct);
        var steps = await context.RunSteps.AsNoTracking().Where(s => s.RunId == id).OrderBy(s => s.Step).ToListAsync(ct);
        var log = await context.RunLog.AsNoTracking()
            .Where(l => l.RunId == id)
            .OrderByDescending(l => l.Sequence)
            .Take(LogLines)
            .ToListAsync(ct);
        log.Reverse();
        // The last ones, for a run that was put back and taken up all night.
        var history = await ListRunRecords.NameAsync(
            context, context.RunMoments.AsNoTracking().Where(m => m.RunId == id && m.Sequence > run.Moments - MostMoments).OrderBy(m => m.Sequence), ct);
        var places = await queue.PlacesAsync(run.Status == RunStatus.Queued ? [id] : [], ct);
        return new Answer(run, project, model, scored, steps, log, history, places.GetValueOrDefault(id));
    }
}
