using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

public enum VerifiedUse
{
    /// <summary>Verified normals become support shots.</summary>
    Support,

    /// <summary>Verified defects become labelled test images.</summary>
    Test,
}

/// <summary>Puts what people have verified to use: all of the chosen ones, or none. A verified defect never becomes a support shot.</summary>
public sealed class UseVerified(PortalDb db, TimeProvider time) : IUseCase
{
    public const int Max = 1_000;

    public sealed record Request(ProjectId Project, IReadOnlyList<ResultId> Results, VerifiedUse As);

    /// <returns>How many images were changed.</returns>
    public async Task<Result<int>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        if (request.Results.Count > Max)
            return new TooManyAtOnce(Max);
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var results = await context.Results.AsNoTracking().Where(r => r.ProjectId == request.Project && request.Results.Contains(r.Id)).ToListAsync(ct);
        if (results.Count != request.Results.Distinct().Count())
            return new ResultNotFound();
        var imageIds = results.Select(r => r.ImageId).ToList();
        var images = await context.Images.Where(i => imageIds.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
        var items = await context.ReviewItems.AsNoTracking().Where(i => request.Results.Contains(i.ResultId)).ToDictionaryAsync(i => i.ResultId, ct);
        var wanted = request.As == VerifiedUse.Support ? ReviewDecision.Normal : ReviewDecision.Defect;
        var changed = new List<InspectionImage>();
        foreach (var result in results)
        {
            var image = images[result.ImageId];
            if (!items.TryGetValue(result.Id, out var item) || item.Decision != wanted)
                return new NotVerified(image.Name, wanted);
            if (request.As == VerifiedUse.Support && image.Split == ImageSplit.Support)
                continue;
            if (request.As == VerifiedUse.Support && image.Label == ImageLabel.Defective)
                return new LabelledDefective(image.Name);
            var classified = request.As == VerifiedUse.Support
                ? image.Classify(ImageSplit.Support, ImageLabel.Normal)
                : image.Classify(ImageSplit.Test, ImageLabel.Defective, item.DefectType ?? image.DefectType);
            if (!classified.Succeeded)
                return classified.Error;
            changed.Add(image);
        }

        var shots = await context.Images.CountAsync(i => i.ProjectId == request.Project && i.Split == ImageSplit.Support, ct);
        if (request.As == VerifiedUse.Support && shots + changed.Count > TrainingRecipe.MaxShots)
            return new TooManyShots(shots, changed.Count);
        var words = request.As == VerifiedUse.Support ? "Support, verified normal" : "Test, verified defective";
        context.Record(actor, time, AuditAction.ImageClassify, "project", request.Project, $"{words}: {Images.ChosenImages.InWords(changed)}");
        await context.SaveChangesAsync(ct);
        return changed.Count;
    }
}
