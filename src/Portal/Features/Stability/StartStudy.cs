using System.Security.Cryptography;
using System.Text.Json;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>
/// Draws a study and queues its runs, all of them or none. They wait like any other run, behind the team's own; seeds go round the sets, so
/// that every set has its first figures early. A request that brings its key again gets the study that it started.
/// </summary>
public sealed class StartStudy(PortalDb db, IRunQueue queue, TeamQuotas quotas, RunTickets tickets, TimeProvider time) : IUseCase
{
    /// <inheritdoc cref="PlanStudy.Request"/>
    /// <param name="Key">An Idempotency-Key; null starts a new study each time.</param>
    public sealed record Request(
        ProjectId Project, ModelId? Model = null, int? Sets = null, int? Seeds = null, bool? FromTest = null, int? DrawSeed = null, string? Key = null);

    public async Task<Result<StudyId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        List<RunId> queued = [];
        var started = await db.ChangeAsync<StudyId>(
            actor.Tenant,
            async context =>
            {
                queued.Clear();
                var study = await StartAsync(context, actor, request, queued, ct);
                // The same request at the same moment may be what is in its way, under way or in the last place: then its study is the answer.
                return study.Succeeded ? study : await KnownAsync(context, request, ct) ?? study;
            },
            ct);
        if (started.Succeeded)
            queued.ForEach(run => queue.Enqueue(actor.Tenant, run));
        return started;
    }

    private async Task<Result<StudyId>> StartAsync(PortalDbContext context, Actor actor, Request request, List<RunId> queued, CancellationToken ct)
    {
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
        if (project is null)
            return new ProjectNotFound();
        if (request.Key is { } key)
        {
            var valid = RememberedStart.CheckKey(key);
            if (!valid.Succeeded)
                return valid.Error;
            if (await KnownAsync(context, request, ct) is { } known)
                return known;
        }

        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        var draw = await StudyDraws.OfAsync(
            context, project.Id, request.Model, StudyDraws.Size(request.Sets, request.Seeds, request.FromTest, request.DrawSeed), ct);
        if (!draw.Succeeded)
            return draw.Error;
        if (await StudyState.Unfinished(context).AnyAsync(r => r.ProjectId == project.Id, ct))
            return new StudyUnderWay();
        var room = await quotas.AllowRunsAsync(context, draw.Value.Drawn.Design.Runs, ct);
        if (!room.Succeeded)
            return room.Error;

        var study = StabilityStudy.Create(draw.Value.Model, draw.Value.Recipe, draw.Value.Drawn.Design, actor.User, time.GetUtcNow());
        if (request.Key is { } remembered)
            study.Remember(remembered, HashOf(request));
        var runs = await QueueAsync(context, project, study, draw.Value.Drawn.Test, ct);
        if (!runs.Succeeded)
            return runs.Error;
        context.Studies.Add(study);
        context.Runs.AddRange(runs.Value);
        queued.AddRange(runs.Value.Select(run => run.Id));
        context.Record(
            actor, time, AuditAction.StudyStart, "study", study.Id,
            $"{project.Name} v{study.ModelVersion}: {study.Design.Sets.Count} support sets × {study.Design.Seeds.Count} seeds");
        return study.Id;
    }

    /// <summary>The study that the request's key started, or why it cannot start this one; null for a key that is new.</summary>
    private static async Task<Result<StudyId>?> KnownAsync(PortalDbContext context, Request request, CancellationToken ct)
    {
        if (request.Key is not { } key || await context.Studies.AsNoTracking().FirstOrDefaultAsync(s => s.StartKey == key, ct) is not { } known)
            return null;
        return known.StartHash == HashOf(request) ? known.Id : new IdempotencyKeyReused();
    }

    private async Task<Result<List<TrainingRun>>> QueueAsync(
        PortalDbContext context, Project project, StabilityStudy study, IReadOnlyList<ImageId> test, CancellationToken ct)
    {
        var others = await RunSnapshots.OthersAsync(context, project, study.Recipe, ct);
        var ticket = await tickets.IssueForStudyAsync(context, study.Recipe, test.Count, ct);
        var number = await RunTickets.NextNumberAsync(context, project.Id, ct);
        var runs = new List<TrainingRun>();
        foreach (var (seed, set) in study.Design.Seeds.SelectMany(seed => study.Design.Sets.Select(set => (seed, set))))
        {
            // A tick apart: the queue keeps this order.
            var run = TrainingRun.Queue(
                project, number++, study.RecipeOf(seed), new DataSnapshot(set.Shots, others, test), study.StartedBy, study.StartedAt.AddTicks(runs.Count),
                ticket with { Study = new StudyPlace(study.Id, set.Number) });
            if (!run.Succeeded)
                return run.Error;
            runs.Add(run.Value);
        }

        return runs;
    }

    private static string HashOf(Request request) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { Project = request.Project.Value, Model = request.Model?.Value, request.Sets, request.Seeds, request.FromTest, request.DrawSeed }, WorkerProtocol.Json)));
}
