using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>
/// Makes a version of an uploaded bundle, once its golden scores have come out. Until the last step nothing but blobs without a row is there, which the
/// sweep takes; so a cancelled or refused import leaves nothing.
/// </summary>
public sealed class BundleImport(
    PortalDb db, IBlobStore blobs, BundleProof proof, TeamQuotas quotas, IOptions<TransferOptions> options, TimeProvider time) : ITransferWork
{
    public IReadOnlyCollection<TransferKind> Kinds => [TransferKind.Model];

    public async Task<Result<TransferOutcome>> DoAsync(TransferTask task, CancellationToken ct)
    {
        await using var stored = await blobs.OpenReadAsync(task.Tenant, task.Transfer.Source!, ct);
        if (stored is null)
            return new Transfers.UploadGone();
        var opened = await BundleContent.OpenAsync(stored, ZipLimits.Of(options.Value), task, ct);
        if (!opened.Succeeded)
            return opened.Error;
        using var bundle = opened.Value;
        var steps = bundle.Manifest.Entries.Count + bundle.Manifest.Golden.Count;
        var model = await ModelAsync(bundle, task, steps, ct);
        if (!model.Succeeded)
            return model.Error;
        if (await KnownAsync(task, model.Value, ct) is { } known)
            return known.Succeeded ? new TransferOutcome(new TransferCounts(Models: 1)) : known.Error;
        var held = await proof.HoldAsync(task.Tenant, model.Value, bundle, done => task.ReportAsync(bundle.Manifest.Entries.Count + done, steps, ct), ct);
        if (!held.Succeeded)
            return held.Error;

        var added = Result.Ok;
        await task.WriteAsync(
            async (context, row) =>
            {
                if (row.CancelRequested)
                    throw new OperationCanceledException("Cancelled before the version was added.");
                added = await AddAsync(context, task, bundle.Manifest, model.Value, held.Value, ct);
            },
            ct);
        return added.Succeeded ? new TransferOutcome(new TransferCounts(Models: 1)) : added.Error;
    }

    /// <summary>Holds every file to its hash, and stores the model's.</summary>
    private async Task<Result<BlobKey>> ModelAsync(BundleContent bundle, TransferTask task, int steps, CancellationToken ct)
    {
        BlobKey? key = null;
        for (var i = 0; i < bundle.Manifest.Entries.Count; i++)
        {
            var path = bundle.Manifest.Entries[i].Path;
            var file = await bundle.FileAsync(path, ct);
            if (!file.Succeeded)
                return file.Error;
            await using var content = file.Value;
            if (path == PortableFile.Model)
            {
                var said = await bundle.CheckModelAsync(content, ct);
                if (!said.Succeeded)
                    return said.Error;
                key = await blobs.PutAsync(task.Tenant, BlobKind.Model, content, ct);
            }

            await task.ReportAsync(i + 1, steps, ct);
        }

        return key!;
    }

    /// <returns>Null for a model that the project does not have; well where an earlier attempt of this import has added it.</returns>
    private async Task<Result?> KnownAsync(TransferTask task, BlobKey key, CancellationToken ct)
    {
        await using var context = db.ForTenant(task.Tenant);
        return await KnownAsync(context, task, key, ct);
    }

    private static async Task<Result?> KnownAsync(PortalDbContext context, TransferTask task, BlobKey key, CancellationToken ct)
    {
        var project = task.Transfer.ProjectId!.Value;
        var known = await context.Models.AsNoTracking().Where(m => m.ProjectId == project && m.Bundle == key)
            .OrderBy(m => m.Version).Select(m => new { m.Version, m.Origin }).FirstOrDefaultAsync(ct);
        if (known is null)
            return null;
        return known.Origin?.Imported?.Transfer == task.Transfer.Id.Value ? Result.Ok : new ModelIsThere(known.Version);
    }

    private async Task<Result> AddAsync(PortalDbContext context, TransferTask task, PortableModel manifest, BlobKey key, bool sameBits, CancellationToken ct)
    {
        // Asked again in the write: of two imports at once the second looks again and finds the first's.
        if (await KnownAsync(context, task, key, ct) is { } known)
            return known;
        var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == task.Transfer.ProjectId, ct);
        if (project is null)
            return new ProjectNotFound();
        if (project.ArchivedAt is not null)
            return new ProjectAlreadyArchived(project.Name);
        var bytes = manifest.Entries.First(entry => entry.Path == PortableFile.Model).Bytes;
        var room = await quotas.AllowBytesAsync(context, bytes, ct);
        if (!room.Succeeded)
            return room;
        var actor = new Actor(task.Tenant, task.Transfer.MadeBy, TeamRole.Engineer);
        var (now, by) = (time.GetUtcNow(), await ActorNames.OfAsync(context, actor, ct));
        var run = await RunAsync(context, project, manifest, actor, now, ct);
        if (!run.Succeeded)
            return run.Error;
        var origin = new ModelOrigin(
            manifest.Origin.CodeVersion, manifest.Origin.LibraryVersions, manifest.Origin.Data,
            new ImportedModel(task.Transfer.Source!.Sha256, manifest.Project, manifest.Version, by, now, task.Transfer.Id.Value, manifest.Golden.Count, sameBits));
        var scores = run.Value.Snapshot.Support.Count == manifest.Recipe.Shots ? manifest.ShotScores : null;
        var made = TrainedModel.Create(run.Value, project.TakeModelVersion(), key, bytes, manifest.DataHash, manifest.Fitted, now, scores, origin);
        made.CameUploaded(bytes);
        if (manifest.Metrics is { } metrics)
            made.Measure(metrics);
        if (manifest.Line != manifest.Fitted.Thresholds())
        {
            var change = new LineChange(manifest.Line, $"As in the bundle: {manifest.Project} v{manifest.Version}", LineFlips.None);
            var moved = made.MoveLine(change, new LineAuthor(actor.User, by), now);
            if (!moved.Succeeded)
                return moved.Error;
            context.LineVersions.Add(moved.Value);
            made.TakeHappenings(); // the line was moved where the bundle comes from, and was told there
        }

        await UsedRegistrations.HoldAsync(context, manifest.Recipe, ct);
        context.Runs.Add(run.Value);
        context.Models.Add(made);
        context.Record(actor, time, AuditAction.ModelImport, "model", made.Id, $"v{made.Version} of {project.Name}, from a bundle of {manifest.Project} v{manifest.Version}");
        return Result.Ok;
    }

    /// <summary>A model is always some run's; this one is over, and knows the shots that the project has as well.</summary>
    private static async Task<Result<TrainingRun>> RunAsync(
        PortalDbContext context, Project project, PortableModel manifest, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var number = await RunTickets.NextNumberAsync(context, project.Id, ct);
        var hashes = manifest.Support.Select(shot => shot.Sha256).OfType<string>().ToList();
        var images = await context.Images.AsNoTracking().Where(i => i.ProjectId == project.Id && hashes.Contains(i.Sha256))
            .Select(i => new { i.Sha256, i.Id }).ToDictionaryAsync(i => i.Sha256, i => i.Id, ct);
        var snapshot = new DataSnapshot([.. hashes.Where(images.ContainsKey).Select(hash => images[hash])], [], []);
        var history = new RunHistory(now, null, now, manifest.Origin.Device, manifest.Origin.CodeVersion, manifest.Origin.LibraryVersions);
        return TrainingRun.Restore(project, number, manifest.Recipe, snapshot, history, actor.User, now);
    }
}

public sealed record ModelIsThere(int Version)
    : Error(ErrorKind.Conflict, "bundle.there", $"The project has this model already: it is version {Version}. Nothing was added.");
