using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs.Worker;

public sealed record ShotDeleted()
    : Error(ErrorKind.Conflict, "run.shot.deleted", "A support shot of this run has been deleted since it was queued. Start a new run.");

public sealed record ImageFileMissing(string Name)
    : Error(ErrorKind.Unavailable, "run.image.missing", $"The file of “{Name}” is missing from the storage. Upload the image again and start a new run.");

/// <summary>Puts a run's images and its <c>job.json</c> into the work directory. What lies there from an earlier attempt stays.</summary>
internal sealed class JobLayout(PortalDb db, IBlobStore blobs, IOptions<TrainingOptions> options, IOptions<BackboneOptions> backbones)
{
    /// <summary>Ids asked for in one query.</summary>
    private const int Page = 500;

    public async Task<Result> WriteAsync(TrainingRun run, WorkDirectory work, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(work.Root, "images"));
        Directory.CreateDirectory(Path.Combine(work.Root, "masks"));
        var snapshot = run.Snapshot;
        BlobKey? region;
        await using (var context = db.ForTenant(run.TenantId))
            region = await IgnoredPixels.OfProjectAsync(context, run.ProjectId, ct);
        var support = await CopyAsync(run.TenantId, snapshot.Support, work, region, ct);
        if (!support.Succeeded)
            return support.Error;
        if (support.Value.Count != snapshot.Support.Count)
            return new ShotDeleted();
        var categories = new List<TrainingCategory>();
        foreach (var category in snapshot.TrainingCategories)
        {
            var images = await CopyAsync(run.TenantId, category.Images, work, null, ct);
            if (!images.Succeeded)
                return images.Error;
            // Another project may have lost images meanwhile; a pair needs two.
            if (images.Value.Count >= 2)
                categories.Add(new TrainingCategory(category.Name, images.Value));
        }

        var test = await CopyAsync(run.TenantId, snapshot.Test, work, region, ct);
        if (!test.Succeeded)
            return test.Error;
        var registration = await RegistrationAsync(run, work, ct);
        if (!registration.Succeeded)
            return registration.Error;
        var manifest = new JobManifest
        {
            RunId = run.Id.ToString(),
            Recipe = run.Recipe,
            Support = support.Value,
            TrainingCategories = categories,
            Registration = registration.Value,
            Test = test.Value,
            KeepMaps = run.StudyId is null,
            WorkDirectory = work.Root,
            Device = run.ClaimedDevice ?? options.Value.Devices[0],
            Threads = options.Value.Threads,
            BackboneDirectory = backbones.Value.FullPath,
        };
        await File.WriteAllTextAsync(work.Manifest, manifest.ToJson(), ct);
        return Result.Ok;
    }

    /// <summary>The registration model that the recipe names, as a file; null where it names none.</summary>
    private async Task<Result<JobRegistration?>> RegistrationAsync(TrainingRun run, WorkDirectory work, CancellationToken ct)
    {
        if (run.Recipe.Registration is not { } used)
            return Result<JobRegistration?>.Ok(null);
        var gone = new RegistrationGone(used.Name, used.Version);
        await using var context = db.ForTenant(run.TenantId);
        var id = new RegistrationId(used.Id);
        var registration = await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
        // Other content under the same name would make another model than the one that was asked for.
        if (registration?.Bundle is not { } bundle || bundle.Sha256 != used.Content)
            return gone;
        var path = Path.Combine(work.Root, $"registration-{bundle.Sha256}");
        return await FetchAsync(run.TenantId, bundle, path, ct) ? new JobRegistration(path, registration.Knows(run.ProjectId)) : gone;
    }

    /// <summary>The images that still exist, in the order asked for.</summary>
    /// <param name="region">What their project leaves out of all of them.</param>
    private async Task<Result<List<JobImage>>> CopyAsync(
        TenantId tenant, IReadOnlyList<ImageId> wanted, WorkDirectory work, BlobKey? region, CancellationToken ct)
    {
        var found = new List<JobImage>(wanted.Count);
        foreach (var ids in wanted.Chunk(Page))
        {
            await using var context = db.ForTenant(tenant);
            var rows = await context.Images.AsNoTracking().Where(image => ids.Contains(image.Id)).ToDictionaryAsync(image => image.Id, ct);
            foreach (var image in ids.Where(rows.ContainsKey).Select(id => rows[id]))
            {
                // No extension: the worker looks at the content, and a name could lie.
                var path = Path.Combine(work.Root, "images", image.Id.ToString());
                if (!await FetchAsync(tenant, image.Blobs.View, path, ct))
                    return new ImageFileMissing(image.Name);
                var mask = image.Mask is null ? null : MaskPath(work, image.Mask);
                if (image.Mask is not null && !await FetchAsync(tenant, image.Mask, mask!, ct))
                    return new ImageFileMissing(image.Name);
                var regions = new[] { image.Ignore, region }.OfType<BlobKey>().ToList();
                foreach (var key in regions)
                {
                    if (!await FetchAsync(tenant, key, MaskPath(work, key), ct))
                        return new ImageFileMissing(image.Name);
                }

                var ignore = IgnoreMark.Of(image.Ignore, region) is { } name ? new JobIgnore(name, [.. regions.Select(key => MaskPath(work, key))]) : null;
                found.Add(new JobImage(image.Id.ToString(), path, DefectiveOf(image), mask, ignore));
            }
        }

        return found;
    }

    private static string MaskPath(WorkDirectory work, BlobKey key) => Path.Combine(work.Root, "masks", key.Sha256);

    private static bool? DefectiveOf(InspectionImage image) => image.Label switch
    {
        ImageLabel.Normal => false,
        ImageLabel.Defective => true,
        _ => null,
    };

    private async Task<bool> FetchAsync(TenantId tenant, BlobKey key, string path, CancellationToken ct)
    {
        // A view never changes, so a file that was moved into place whole needs no second look.
        if (File.Exists(path))
            return true;
        await using var blob = await blobs.OpenReadAsync(tenant, key, ct);
        if (blob is null)
            return false;
        var part = path + ".part";
        await using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            await blob.CopyToAsync(file, ct);
        File.Move(part, path, overwrite: true);
        return true;
    }
}
