using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Training;

/// <summary>
/// Queues a training run over a snapshot of the project's images as they are now. A request that brings its key again gets the
/// run that it started, however often and however many at once.
/// </summary>
public sealed class StartRun(PortalDb db, IRunQueue queue, TeamQuotas quotas, TimeProvider time) : IUseCase
{
    /// <summary>More images of another part add time, not registration.</summary>
    private const int ImagesPerCategory = 32;

    private const int MostCategories = 16;
    private const int Tries = 5;

    /// <param name="Key">An Idempotency-Key; null starts a new run each time.</param>
    public sealed record Request(ProjectId Project, TrainingRecipe Recipe, string? Key = null);

    public async Task<Result<RunId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
        if (project is null)
            return new ProjectNotFound();
        if (request.Key is { } key && RememberedStart.CheckKey(key) is { Succeeded: false } badKey)
            return badKey.Error;
        if (await KnownAsync(context, request, ct) is { } known)
            return known;
        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        var room = await quotas.AllowRunAsync(context, ct);
        if (!room.Succeeded)
            return room.Error;

        var snapshot = await TakeSnapshotAsync(context, project, request.Recipe, ct);
        for (var attempt = 1; ; attempt++)
        {
            var number = 1 + (await context.Runs.Where(r => r.ProjectId == project.Id).MaxAsync(r => (int?)r.Number, ct) ?? 0);
            var queued = TrainingRun.Queue(project, number, request.Recipe, snapshot, actor.User, time.GetUtcNow());
            if (!queued.Succeeded)
                return queued.Error;
            context.Runs.Add(queued.Value);
            await RememberAsync(context, queued.Value, request, ct);
            context.Record(actor, time, AuditAction.RunStart, "run", queued.Value.Id, $"Run {number} of {project.Name}: {RecipeText.InBrief(request.Recipe)}");
            try
            {
                await context.SaveChangesAsync(ct);
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Two starts at once took one number: the unique index lets one through, the other takes the next. Or they
                // brought one key, and the other's run is this one's too.
                context.ChangeTracker.Clear();
                if (await KnownAsync(context, request, ct) is { } started)
                    return started;
                continue;
            }

            queue.Enqueue(actor.Tenant, queued.Value.Id);
            return queued.Value.Id;
        }
    }

    /// <summary>The run that the request's key started, or why it cannot start this one; null for a key that is new.</summary>
    private async Task<Result<RunId>?> KnownAsync(PortalDbContext context, Request request, CancellationToken ct)
    {
        if (request.Key is not { } key)
            return null;
        var since = time.GetUtcNow() - RememberedStart.Memory;
        var start = await context.RememberedStarts.AsNoTracking().FirstOrDefaultAsync(s => s.Key == key && s.At > since, ct);
        if (start is null)
            return null;
        return start.RequestHash == HashOf(request) ? start.RunId : new IdempotencyKeyReused();
    }

    private async Task RememberAsync(PortalDbContext context, TrainingRun run, Request request, CancellationToken ct)
    {
        if (request.Key is not { } key)
            return;
        var now = time.GetUtcNow();
        var forgotten = now - RememberedStart.Memory;
        // Here, and not in a sweep: they are only in the way of other starts.
        await context.RememberedStarts.Where(s => s.At <= forgotten).ExecuteDeleteAsync(ct);
        context.RememberedStarts.Add(RememberedStart.Create(run, key, HashOf(request), now));
    }

    /// <summary>Of the whole recipe: a request that writes a default out asks for the same as one that leaves it away.</summary>
    private static string HashOf(Request request) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(new { Project = request.Project.Value, request.Recipe }, WorkerProtocol.Json)));

    private static async Task<DataSnapshot> TakeSnapshotAsync(
        PortalDbContext context, Project project, TrainingRecipe recipe, CancellationToken ct)
    {
        var images = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project.Id && i.Split != ImageSplit.Unassigned)
            .OrderBy(i => i.Name).ThenBy(i => i.Id)
            .Select(i => new { i.Id, i.Split })
            .ToListAsync(ct);
        var pool = images.Where(i => i.Split == ImageSplit.Support).Select(i => i.Id).ToList();
        return new DataSnapshot(
            Draw(pool, recipe.Shots, recipe.Seed), await OthersAsync(context, project, recipe, ct), [.. images.Where(i => i.Split == ImageSplit.Test).Select(i => i.Id)]);
    }

    /// <summary>
    /// What a run learns beside its own shots. RegAD learns registration on other parts. UniAD unified over several parts needs many
    /// times the steps of its presets (measured in docs/models/uniad.md), so it learns its own part.
    /// </summary>
    private static async Task<IReadOnlyList<SnapshotCategory>> OthersAsync(
        PortalDbContext context, Project project, TrainingRecipe recipe, CancellationToken ct)
    {
        if (recipe.Method != DetectionMethod.RegAd)
            return [];
        var others = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId != project.Id && i.Label == ImageLabel.Normal && i.Split != ImageSplit.Test)
            .Join(context.Projects.Where(p => p.ArchivedAt == null), i => i.ProjectId, p => p.Id, (i, p) => new { i.Id, i.Name, i.ProjectId, Project = p.Name })
            .ToListAsync(ct);
        return
        [
            .. others
                .GroupBy(i => (i.ProjectId, i.Project))
                // A pair needs two different pictures of one part.
                .Where(g => g.Count() >= 2)
                .OrderBy(g => g.Key.Project, StringComparer.Ordinal)
                .Take(MostCategories)
                .Select(g => new SnapshotCategory(
                    g.Key.ProjectId, g.Key.Project, [.. g.OrderBy(i => i.Name, StringComparer.Ordinal).Take(ImagesPerCategory).Select(i => i.Id)])),
        ];
    }

    /// <summary>K shots of the pool, drawn by the run's seed; a pool of at most K is taken as it is.</summary>
    private static List<ImageId> Draw(List<ImageId> pool, int shots, int seed)
    {
        if (pool.Count <= shots)
            return pool;
        var order = pool.ToArray();
        new Random(seed).Shuffle(order);
        var drawn = order.Take(shots).ToHashSet();
        return [.. pool.Where(drawn.Contains)];
    }
}
