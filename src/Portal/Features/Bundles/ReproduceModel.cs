using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>
/// Queues a run with the snapshot and recipe of a version, to see whether it comes out again. What it makes is a version like any other, never published by
/// itself; what it says of the images that both have scored is held against the version's, whenever somebody asks.
/// </summary>
public sealed class ReproduceModel(PortalDb db, IRunQueue queue, TeamQuotas quotas, RunTickets tickets, TimeProvider time) : IUseCase
{
    /// <param name="Why">For whoever reads it later; may be left out.</param>
    public sealed record Request(ModelId Model, string? Why = null);

    public async Task<Result<RunId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var why = string.IsNullOrWhiteSpace(request.Why) ? null : request.Why.Trim();
        if (why is { Length: > ReproducedVersion.WhyMaxLength })
            return new ReproductionReasonTooLong();
        var queued = await db.ChangeAsync<RunId>(actor.Tenant, context => QueueAsync(context, actor, request.Model, why, ct), ct);
        if (queued.Succeeded)
            queue.Enqueue(actor.Tenant, queued.Value);
        return queued;
    }

    private async Task<Result<RunId>> QueueAsync(PortalDbContext context, Actor actor, ModelId id, string? why, CancellationToken ct)
    {
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        if (model is null)
            return new ModelNotFound();
        // Two starts at once take one number: this write sends the second back to look again.
        var project = await context.Projects.FirstAsync(p => p.Id == model.ProjectId, ct);
        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        project.Touch();
        var before = await context.Runs.AsNoTracking().FirstAsync(r => r.Id == model.RunId, ct);
        if (!before.IsOver)
            return new ModelStillWritten(model.Version, before.Number);
        var snapshot = await SnapshotAsync(context, model, before, ct);
        if (!snapshot.Succeeded)
            return snapshot.Error;
        if (before.Recipe.Registration is { } used && !await UsedRegistrations.IsHereAsync(context, used, ct))
            return new RegistrationNotHere(model.Version, used.Name, used.Version);
        var room = await quotas.AllowRunAsync(context, ct);
        if (!room.Succeeded)
            return room.Error;
        var ticket = await tickets.IssueAsync(context, before.Recipe, snapshot.Value, RunPriority.Normal, ct) with
        {
            Reproduces = new ReproducedVersion(model.Id.Value, model.Version, why),
        };
        if (await RunTickets.SameAsync(context, project.Id, ticket, ct) is { } same)
            return same;
        var number = await RunTickets.NextNumberAsync(context, project.Id, ct);
        var run = TrainingRun.Queue(project, number, before.Recipe, snapshot.Value, actor.User, time.GetUtcNow(), ticket);
        if (!run.Succeeded)
            return run.Error;
        context.Runs.Add(run.Value);
        var said = why is null ? "" : $": {why}";
        context.Record(actor, time, AuditAction.ModelReproduce, "model", model.Id, $"v{model.Version} of {project.Name} in run {number}{said}");
        return run.Value.Id;
    }

    /// <summary>All that was learned from must still be there. Test images that are not only fall out of the comparison.</summary>
    private static async Task<Result<DataSnapshot>> SnapshotAsync(PortalDbContext context, TrainedModel model, TrainingRun run, CancellationToken ct)
    {
        var then = run.Snapshot;
        var data = (model.Origin ?? ModelOrigin.Of(run)).Data;
        if (then.Support.Count < run.Recipe.Shots || then.TrainingCategories.Sum(c => c.Images.Count) < data.CategoryImages)
            return new NotReproducibleHere(model.Version);
        var learned = then.Support.Concat(then.TrainingCategories.SelectMany(c => c.Images)).ToList();
        var gone = learned.Count;
        foreach (var part in learned.Chunk(500))
            gone -= await context.Images.CountAsync(i => part.Contains(i.Id), ct);
        if (gone > 0)
            return new SnapshotImagesGone(model.Version, gone);
        // A version that came in a bundle was never run here: it is compared on the images that it has scored since.
        if (then.Test.Count == 0)
            return then with { Test = await context.Results.Where(r => r.ModelId == model.Id).OrderBy(r => r.ImageName).ThenBy(r => r.ImageId).Select(r => r.ImageId).ToListAsync(ct) };
        var there = new HashSet<ImageId>();
        foreach (var part in then.Test.Chunk(500))
            there.UnionWith(await context.Images.Where(i => part.Contains(i.Id)).Select(i => i.Id).ToListAsync(ct));
        return then with { Test = [.. then.Test.Where(there.Contains)] };
    }
}

public sealed record ReproductionReasonTooLong()
    : Error(ErrorKind.Invalid, "reproduce.why", $"The reason has more than {ReproducedVersion.WhyMaxLength} characters. Shorten it.");

public sealed record SnapshotImagesGone(int Version, int Images) : Error(
    ErrorKind.Conflict, "reproduce.images",
    $"Version {Version} cannot be made again: {(Images == 1 ? "one image" : $"{Images} images")} that it learned from {(Images == 1 ? "has" : "have")} been deleted. Train a new version with the images that are there.");

public sealed record NotReproducibleHere(int Version) : Error(
    ErrorKind.Conflict, "reproduce.elsewhere",
    $"Version {Version} came in a bundle, and this project does not have all images that it learned from. Use “fewshotad reproduce --model BUNDLE”, which takes them from the bundle.");
