using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Registrations;
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
public sealed class StartRun(PortalDb db, IRunQueue queue, TeamQuotas quotas, RunTickets tickets, TimeProvider time) : IUseCase
{
    private const int Tries = 5;

    /// <param name="Key">An Idempotency-Key; null starts a new run each time.</param>
    /// <param name="Again">Also while a run with the same recipe on the same images waits or is worked on.</param>
    /// <param name="Registration">The registration model to use instead of training; of the recipe shots and seed count then, the rest is its own.</param>
    public sealed record Request(
        ProjectId Project, TrainingRecipe Recipe, string? Key = null, RunPriority Priority = RunPriority.Normal, bool Again = false,
        RegistrationId? Registration = null);

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
            return await KnownAsync(context, request, ct) ?? room.Error;

        if (!Enum.IsDefined(request.Priority))
            return new UnknownPriority();
        var chosen = await RecipeAsync(context, request, ct);
        if (!chosen.Succeeded)
            return chosen.Error;
        var recipe = chosen.Value;
        var snapshot = await RunSnapshots.TakeAsync(context, project, recipe, ct);
        var ticket = await tickets.IssueAsync(context, recipe, snapshot, request.Priority, ct);
        for (var attempt = 1; ; attempt++)
        {
            var number = await RunTickets.NextNumberAsync(context, project.Id, ct);
            // After the number: a start in between takes it, and the unique index sends this one back to look again.
            if (!request.Again && await RunTickets.SameAsync(context, project.Id, ticket, ct) is { } same)
                return await KnownAsync(context, request, ct) ?? same;
            // Written along: who deletes it at the same time looks again and finds this run.
            if (request.Registration is { } used)
            {
                if (await context.Registrations.FirstOrDefaultAsync(r => r.Id == used, ct) is not { } registration)
                    return new RegistrationNotFound();
                registration.Touch();
            }

            var queued = TrainingRun.Queue(project, number, recipe, snapshot, actor.User, time.GetUtcNow(), ticket);
            if (!queued.Succeeded)
                return queued.Error;
            context.Runs.Add(queued.Value);
            await RememberAsync(context, queued.Value, request, ct);
            context.Record(actor, time, AuditAction.RunStart, "run", queued.Value.Id, $"Run {number} of {project.Name}: {TextFormat.Neutral(() => RecipeText.InBrief(recipe))}");
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

    private static async Task<Result<TrainingRecipe>> RecipeAsync(PortalDbContext context, Request request, CancellationToken ct)
    {
        if (request.Registration is not { } id)
            return request.Recipe;
        return await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is { } registration
            ? registration.RecipeFor(request.Recipe.Shots, request.Recipe.Seed)
            : new RegistrationNotFound();
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
        JsonSerializer.SerializeToUtf8Bytes(new { Project = request.Project.Value, request.Recipe, request.Priority, Registration = request.Registration?.Value }, WorkerProtocol.Json)));
}
