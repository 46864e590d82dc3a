using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>What the review page of a project needs beside its queue.</summary>
public sealed class GetReviewDesk(PortalDb db) : IUseCase
{
    /// <summary>As many as there are keys for.</summary>
    public const int MaxTypes = 9;

    public sealed record Member(UserId User, string Name);

    /// <param name="Model">The one that speaks for the project; null while there is none.</param>
    /// <param name="DefectTypes">The ones in use, the most frequent first.</param>
    /// <param name="Reviewers">Members who may judge.</param>
    /// <param name="Shots">Support shots of the model that are still stored.</param>
    public sealed record Answer(
        Project Project, TrainedModel? Model, IReadOnlyList<string> DefectTypes, IReadOnlyList<Member> Reviewers, IReadOnlyList<ImageId> Shots);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ProjectId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project is null)
            return new ProjectNotFound();
        var model = await SpeakingModel.OfAsync(context, id, ct);
        var labelled = await context.Images.Where(i => i.ProjectId == id && i.DefectType != null)
            .GroupBy(i => i.DefectType!).Select(g => new { Type = g.Key, Count = g.Count() }).ToListAsync(ct);
        var said = await context.ReviewItems.Where(i => i.DefectType != null && context.Results.Any(r => r.Id == i.ResultId && r.ProjectId == id))
            .GroupBy(i => i.DefectType!).Select(g => new { Type = g.Key, Count = g.Count() }).ToListAsync(ct);
        var types = labelled.Concat(said).GroupBy(t => t.Type).OrderByDescending(g => g.Sum(t => t.Count)).ThenBy(g => g.Key, StringComparer.Ordinal);
        var members = await context.Memberships.AsNoTracking().Where(m => m.Role != TeamRole.Viewer).Select(m => m.UserId).ToListAsync(ct);
        var names = await ReviewNames.OfAsync(context, members, ct);
        var shots = model is null ? null : await context.Runs.AsNoTracking().Where(r => r.Id == model.RunId).Select(r => r.Snapshot).FirstOrDefaultAsync(ct);
        var support = shots?.Support.ToList() ?? [];
        var stored = await context.Images.Where(i => support.Contains(i.Id)).Select(i => i.Id).ToListAsync(ct);
        return new Answer(
            project, model, [.. types.Take(MaxTypes).Select(g => g.Key)],
            [.. names.Select(n => new Member(n.Key, n.Value)).OrderBy(m => m.Name, StringComparer.OrdinalIgnoreCase)], [.. support.Where(stored.Contains)]);
    }
}
