using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A run with its losses, the end of its log, its model and its place in the queue.</summary>
public sealed class GetRun(PortalDb db) : IUseCase
{
    public const int LogLines = 200;

    public sealed record Answer(
        TrainingRun Run, string ProjectName, TrainedModel? Model, int Scored, IReadOnlyList<RunStep> Steps, IReadOnlyList<RunLogLine> Log, int Ahead);

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
        var ahead = run.Status == RunStatus.Queued ? await RunState.AheadAsync(context, run.QueuedAt, ct) : 0;
        return new Answer(run, project, model, scored, steps, log, ahead);
    }
}
