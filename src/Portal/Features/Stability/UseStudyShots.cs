using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>
/// Makes the shots of one set of a study the normal shots of the project. Those that were it until now stay in the project, in no split;
/// models that learned from them stay as they are.
/// </summary>
public sealed class UseStudyShots(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(StudyId Study, int Set);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var study = await context.Studies.AsNoTracking().FirstOrDefaultAsync(s => s.Id == request.Study, ct);
        if (study is null)
            return new StudyNotFound();
        if (study.Design.Sets.FirstOrDefault(set => set.Number == request.Set) is not { Shots: var shots })
            return new NoSuchStudySet(request.Set);
        var chosen = await ChosenImages.LoadAsync(context, study.ProjectId, shots, ct);
        if (!chosen.Succeeded)
            return new ShotOfSetDeleted(request.Set);
        foreach (var image in chosen.Value)
        {
            var classified = image.Classify(ImageSplit.Support, image.Label);
            if (!classified.Succeeded)
                return classified;
        }

        foreach (var image in await context.Images.Where(i => i.ProjectId == study.ProjectId && i.Split == ImageSplit.Support && !shots.Contains(i.Id)).ToListAsync(ct))
        {
            var released = image.Classify(ImageSplit.Unassigned, image.Label);
            if (!released.Succeeded)
                return released;
        }

        context.Record(
            actor, time, AuditAction.ImageClassify, "project", study.ProjectId, $"Support, set {request.Set} of a stability study: {ChosenImages.InWords(chosen.Value)}");
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }

    public sealed record ShotOfSetDeleted(int Set)
        : Error(ErrorKind.Conflict, "study.shot", $"A shot of support set {Set} has been deleted since. Choose another set, or start a new study.");
}
