using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>Gives an image back to the queue. One that is not the caller's stays whose it is.</summary>
public sealed class ReleaseReview(PortalDb db, ReviewEvents events) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, ResultId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Results.Where(r => r.Id == id).Select(r => (ProjectId?)r.ProjectId).FirstOrDefaultAsync(ct);
        if (project is null)
            return new ResultNotFound();
        if (await context.ReviewLeases.Where(l => l.ResultId == id && l.UserId == actor.User).ExecuteDeleteAsync(ct) > 0)
            events.Publish(actor.Tenant, project.Value);
        return Result.Ok;
    }
}
