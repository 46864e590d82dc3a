using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Queueing;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>What a stability study would be made of and how long it would take, before it is started.</summary>
public sealed class PlanStudy(PortalDb db, RunQueueView queue) : IUseCase
{
    /// <param name="Model">Whose recipe; null for the project's published one, or its latest while none is published.</param>
    /// <param name="FromTest">Whether good test images may become shots; null where the normal shots are fewer than two sets.</param>
    public sealed record Request(ProjectId Project, ModelId? Model = null, int? Sets = null, int? Seeds = null, bool? FromTest = null, int? DrawSeed = null);

    /// <param name="RunSeconds">What one of its runs is expected to take.</param>
    /// <param name="Place">Where its first run would stand.</param>
    public sealed record Answer(StudyDraw Draw, double RunSeconds, QueuePlace Place)
    {
        public double Seconds => RunSeconds * Draw.Drawn.Design.Runs;
    }

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var size = StudyDraws.Size(request.Sets, request.Seeds, request.FromTest, request.DrawSeed);
        var draw = await StudyDraws.OfAsync(context, request.Project, request.Model, size, ct);
        if (!draw.Succeeded)
            return draw.Error;
        var (_, expected) = await RunTickets.ExpectAsync(context, draw.Value.Recipe, draw.Value.Drawn.Test.Count, ct);
        return new Answer(draw.Value, expected, await queue.PlaceOfNewAsync(actor.Tenant, RunPriority.Low, expected, ct));
    }
}
