using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>Deletes images and their results. Models stay: a bundle carries its own support shots.</summary>
public sealed class DeleteImages(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(ProjectId Project, IReadOnlyList<ImageId> Images);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var chosen = await ChosenImages.LoadAsync(context, request.Project, request.Images, ct);
        if (!chosen.Succeeded)
            return chosen.Error;

        // Runs of other projects may learn registration from these images, so every waiting run of the team is asked.
        var waiting = await context.Runs.AsNoTracking()
            .Where(r => r.Status == RunStatus.Queued || r.Status == RunStatus.Running || r.Status == RunStatus.Paused)
            .Select(r => new { r.Number, r.Snapshot })
            .ToListAsync(ct);
        foreach (var image in chosen.Value)
        {
            if (waiting.FirstOrDefault(run => run.Snapshot.Contains(image.Id)) is { } user)
                return new ImageInUse(image.Name, user.Number);
        }

        context.Images.RemoveRange(chosen.Value);
        context.Record(actor, time, AuditAction.ImageDelete, "project", request.Project, ChosenImages.InWords(chosen.Value));
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }
}
