using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Images;

/// <summary>Moves images between splits and sets their labels: all of them, or none when one refuses.</summary>
public sealed class ClassifyImages(PortalDb db, TimeProvider time) : IUseCase
{
    /// <summary>A null leaves what the image has.</summary>
    public sealed record Request(ProjectId Project, IReadOnlyList<ImageId> Images, ImageSplit? Split, ImageLabel? Label, string? DefectType);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        await using var context = db.ForTenant(actor.Tenant);
        var chosen = await ChosenImages.LoadAsync(context, request.Project, request.Images, ct);
        if (!chosen.Succeeded)
            return chosen.Error;
        foreach (var image in chosen.Value)
        {
            var classified = image.Classify(request.Split ?? image.Split, request.Label ?? image.Label, request.DefectType ?? image.DefectType);
            if (!classified.Succeeded)
                return classified;
        }

        context.Record(actor, time, AuditAction.ImageClassify, "project", request.Project, Detail(request, chosen.Value));
        await context.SaveChangesAsync(ct);
        return Result.Ok;
    }

    private static string Detail(Request request, List<InspectionImage> images)
    {
        string?[] words = [request.Split?.ToString(), request.Label?.ToString(), request.DefectType];
        return $"{string.Join(", ", words.Where(word => word is not null))}: {ChosenImages.InWords(images)}";
    }
}
