using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>Where a run would stand in the queue and how long it would take, before it is started.</summary>
public sealed class PlanRun(PortalDb db, RunQueueView queue) : IUseCase
{
    public sealed record Request(ProjectId Project, TrainingRecipe Recipe, RunPriority Priority);

    public sealed record Answer(QueuePlace Place, double ExpectedSeconds);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var tests = await context.Images.CountAsync(i => i.ProjectId == request.Project && i.Split == ImageSplit.Test, ct);
        var (_, expected) = await RunTickets.ExpectAsync(context, request.Recipe, tests, ct);
        return new Answer(await queue.PlaceOfNewAsync(actor.Tenant, request.Priority, expected, ct), expected);
    }
}
