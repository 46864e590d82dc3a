using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>How far the published model's scores have moved away from its first ones, window by window.</summary>
public sealed class GetDrift(PortalDb db) : IUseCase
{
    /// <summary>Scores of a window, and of the reference.</summary>
    public const int Window = 50;

    private const int MostWindows = 40;

    /// <param name="At">When the window's last image was scored.</param>
    public sealed record Point(DateTimeOffset At, double Psi, double Ks);

    public sealed record Answer(int Scores, IReadOnlyList<Point> Points, double MaxPsi, double MaxKs);

    public async Task<Result<Answer>> HandleAsync(Actor actor, ProjectId project, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var found = await context.Projects.AsNoTracking().Where(p => p.Id == project).Select(p => new { p.PublishedModelId }).FirstOrDefaultAsync(ct);
        if (found is null)
            return new ProjectNotFound();
        var limits = (await context.Schedules.AsNoTracking().Where(s => s.ProjectId == project && s.Trigger == ScheduleTrigger.Drift).ToListAsync(ct))
            .Select(s => s.Rule).FirstOrDefault() ?? new ScheduleRule(ScheduleTrigger.Drift);
        if (found.PublishedModelId is not { } model)
            return new Answer(0, [], limits.MaxPsi, limits.MaxKs);
        var results = context.Results.AsNoTracking().Where(r => r.ModelId == model);
        var count = await results.CountAsync(ct);
        var reference = await results.OrderBy(r => r.ScoredAt).ThenBy(r => r.ImageId).Take(Window).Select(r => r.Score).ToListAsync(ct);
        // Whole windows, counted from the newest score back; none of them reaches into the reference.
        var taken = Math.Max(0, Math.Min(MostWindows, (count - Window) / Window)) * Window;
        var newest = await results.OrderByDescending(r => r.ScoredAt).ThenByDescending(r => r.ImageId).Take(taken).Select(r => new { r.ScoredAt, r.Score }).ToListAsync(ct);
        var points = newest.Chunk(Window).Select(window =>
        {
            var figures = ScoreDrift.Of(reference, [.. window.Select(r => r.Score)]);
            return new Point(window[0].ScoredAt, figures.Psi, figures.Ks);
        }).Reverse().ToList();
        return new Answer(count, points, limits.MaxPsi, limits.MaxKs);
    }
}
