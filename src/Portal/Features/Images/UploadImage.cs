using System.Security.Cryptography;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Infrastructure.Telemetry;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Images;

/// <summary>
/// Takes one uploaded file into a project: an image, or by its path in an MVTec layout the mask of one.
/// The same content twice in a project is refused, so nothing leaks from the support set into the test set.
/// </summary>
public sealed class UploadImage(PortalDb db, ImageIngest ingest, TeamQuotas quotas, Instruments instruments, TimeProvider time) : IUseCase
{
    /// <param name="Content">Seekable; read from its start.</param>
    /// <param name="Path">File name, or the relative path in an uploaded folder, which may say split, label and defect type.</param>
    /// <param name="Split">Where it goes when the path does not say.</param>
    /// <param name="Label">What it shows when the path does not say.</param>
    public sealed record Request(ProjectId Project, Stream Content, string Path, ImageSplit Split, ImageLabel Label);

    public enum Outcome
    {
        Added,
        MaskAttached,
    }

    public sealed record Answer(Outcome Outcome, ImageId Image, string Name);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var taken = await TakeAsync(actor, request, ct);
        if (taken.Succeeded)
            instruments.Uploaded(taken.Value.Outcome == Outcome.MaskAttached, request.Content.Length);
        else
            instruments.Refused(taken.Error);
        return taken;
    }

    private async Task<Result<Answer>> TakeAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
        if (project is null)
            return new ProjectNotFound();
        var path = DatasetPath.Parse(request.Path);
        return path.IsMask
            ? await AttachMaskAsync(context, actor, project, path, request.Content, ct)
            : await AddAsync(context, actor, project, path, request, ct);
    }

    private async Task<Result<Answer>> AddAsync(
        PortalDbContext context, Actor actor, Project project, DatasetPath path, Request request, CancellationToken ct)
    {
        request.Content.Position = 0;
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(request.Content, ct));
        // Before decoding: a folder dropped twice costs a hash per file, no more.
        if (await FindSameAsync(context, project.Id, sha256, path.Name, ct) is { } duplicate)
            return duplicate;
        var room = await quotas.AllowImageAsync(context, request.Content.Length, ct);
        if (!room.Succeeded)
            return room.Error;

        var prepared = await ingest.PrepareAsync(actor.Tenant, request.Content, sha256, ct);
        if (!prepared.Succeeded)
            return prepared.Error;
        var created = InspectionImage.Create(project, path.Name, prepared.Value.Facts, prepared.Value.Blobs, actor.User, time.GetUtcNow());
        if (!created.Succeeded)
            return created.Error;
        var image = created.Value;
        var classified = image.Classify(path.Split ?? request.Split, path.Label ?? request.Label, path.DefectType);
        if (!classified.Succeeded)
            return classified.Error;

        context.Images.Add(image);
        context.Record(actor, time, AuditAction.ImageUpload, "image", image.Id, image.Name);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Two uploads of one content at once: the unique index lets one through. Anything else is a real fault.
            context.ChangeTracker.Clear();
            if (await FindSameAsync(context, project.Id, sha256, path.Name, ct) is { } raced)
                return raced;
            throw;
        }

        return new Answer(Outcome.Added, image.Id, image.Name);
    }

    private async Task<Result<Answer>> AttachMaskAsync(
        PortalDbContext context, Actor actor, Project project, DatasetPath path, Stream content, CancellationToken ct)
    {
        // "test/scratch/000" finds test/scratch/000.png as well as test/scratch/000.jpg.
        var stem = path.MaskOf + ".";
        var alike = await context.Images
            .Where(i => i.ProjectId == project.Id && i.Name.StartsWith(stem))
            .OrderBy(i => i.Id)
            .ToListAsync(ct);
        // The database takes "Scratch" for "scratch" and "000.crop.png" for an 000: the exact one is chosen here.
        var image = alike.FirstOrDefault(i => Path.ChangeExtension(i.Name, null) == path.MaskOf);
        if (image is null)
            return new MaskWithoutImage(path.Name, path.MaskOf!);
        content.Position = 0;
        var mask = await ingest.PrepareMaskAsync(actor.Tenant, content, path.Name, image, ct);
        if (!mask.Succeeded)
            return mask.Error;
        var attached = image.AttachMask(mask.Value);
        if (!attached.Succeeded)
            return attached.Error;
        context.Record(actor, time, AuditAction.MaskUpload, "image", image.Id, path.Name);
        await context.SaveChangesAsync(ct);
        return new Answer(Outcome.MaskAttached, image.Id, path.Name);
    }

    private static async Task<DuplicateImage?> FindSameAsync(
        PortalDbContext context, ProjectId project, string sha256, string name, CancellationToken ct)
    {
        var same = await context.Images.AsNoTracking()
            .Where(i => i.ProjectId == project && i.Sha256 == sha256)
            .Select(i => new { i.Name, i.Split })
            .FirstOrDefaultAsync(ct);
        return same is null ? null : new DuplicateImage(name, same.Name, same.Split);
    }
}
