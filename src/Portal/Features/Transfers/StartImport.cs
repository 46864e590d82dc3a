using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>Takes a zip for a project that is there. Its directory is checked now, its pictures are taken in by a job.</summary>
public sealed class StartImport(PortalDb db, ZipIntake intake) : IUseCase
{
    /// <param name="Content">Read once, from its position to its end.</param>
    /// <param name="Name">What the file is called, for people.</param>
    public sealed record Request(ProjectId Project, Stream Content, string? Name);

    public async Task<Result<Transfer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using (var context = db.ForTenant(actor.Tenant))
        {
            if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
                return new ProjectNotFound();
        }

        return await intake.QueueAsync(actor, TransferKind.Import, request.Project, request.Content, request.Name, ct);
    }
}

/// <summary>Takes a backup, of which a job makes a new project.</summary>
public sealed class StartRestore(ZipIntake intake) : IUseCase
{
    public sealed record Request(Stream Content, string? Name);

    public async Task<Result<Transfer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        return await intake.QueueAsync(actor, TransferKind.Restore, project: null, request.Content, request.Name, ct);
    }
}

/// <summary>Streams a zip into the blobs, looks whether it can be read at all, and queues the work on it.</summary>
public sealed class ZipIntake(PortalDb db, IBlobStore blobs, ITransferQueue queue, IOptions<TransferOptions> options, TimeProvider time)
{
    /// <param name="project">Null for a restore.</param>
    internal async Task<Result<Transfer>> QueueAsync(
        Actor actor, TransferKind kind, ProjectId? project, Stream content, string? name, CancellationToken ct)
    {
        await using (var context = db.ForTenant(actor.Tenant))
        {
            if (await WaitingTransfers.CheckAsync(context, options.Value.MostAtOnce, ct) is { } many)
                return many;
        }

        BlobKey key;
        try
        {
            await using var bounded = new BoundedStream(content, options.Value.MaxZipBytes);
            key = await blobs.PutAsync(actor.Tenant, BlobKind.Import, bounded, ct);
        }
        catch (StreamTooLongException)
        {
            return new ZipTooLarge(options.Value.MaxZipBytes);
        }

        // A blob without a row is swept: a zip that is refused here leaves nothing.
        await using var stored = await blobs.OpenReadAsync(actor.Tenant, key, ct) ?? throw new IOException("The zip vanished after it was stored.");
        if (kind == TransferKind.Model && !await PortableFile.IsSealedAsync(stored, ct))
            return new BundleNotWhole();
        var opened = ZipInput.Open(stored, ZipLimits.Of(options.Value));
        if (!opened.Succeeded)
            return opened.Error;
        using (var zip = opened.Value)
        {
            if (kind == TransferKind.Restore && ZipRoot.Find(zip, ArchiveFiles.Project) is null)
                return new NoBackup();
        }

        var transfer = Transfer.OfZip(actor.Tenant, kind, project, key, stored.Length, name, actor.User, time.GetUtcNow());
        await using (var context = db.ForTenant(actor.Tenant))
        {
            context.Transfers.Add(transfer);
            if (project is { } into)
                context.Record(actor, time, AuditAction.ImportStart, "project", into, name ?? "");
            else
                context.Record(actor, time, AuditAction.RestoreStart, "transfer", transfer.Id, name ?? "");
            await context.SaveChangesAsync(ct);
        }

        queue.Enqueue(actor.Tenant, transfer.Id);
        return transfer;
    }
}

public sealed record ZipTooLarge(long Most)
    : Error(ErrorKind.TooLarge, "zip.size", $"The zip is larger than {Most >> 20:N0} MB. Split it into several.");

public sealed record NoBackup()
    : Error(ErrorKind.Invalid, "restore.format", $"This zip is no backup: it has no {ArchiveFiles.Project}. Restore takes an export of the format “everything”; import other zips into a project.");
