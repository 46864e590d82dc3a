using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Transfers;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>
/// Makes a new project of a backup: images, then models, then results. The project is written together with the restore's own row,
/// so that a second attempt goes on with the same one.
/// </summary>
public sealed class BackupRestore(PortalDb db, ZipImages images, BackupMarks marks, BackupModels models, TimeProvider time)
{
    private const int Tries = 5;

    internal async Task<Result> DoAsync(ZipInput zip, TransferTask task, ImportReport report, CancellationToken ct)
    {
        if (ZipRoot.Find(zip, ArchiveFiles.Project) is not { } root)
            return new NoBackup();
        var archive = await ZipRoot.ReadProjectAsync(zip, root, task, ct);
        if (!archive.Succeeded)
            return archive.Error;
        var project = task.Transfer.ProjectId is { } begun ? begun : await MakeProjectAsync(archive.Value, task, ct);
        if (!project.Succeeded)
            return project.Error;
        var taken = await images.TakeAsync(zip, task, project.Value, report, zip.Paths.Count, ct);
        // Before the results, whose scores name the regions that they were taken with.
        if (taken.Succeeded)
            taken = await marks.TakeAsync(zip, root, task, project.Value, report, ct);
        return taken.Succeeded ? await models.TakeAsync(zip, root, archive.Value, task, project.Value, report, ct) : taken;
    }

    private async Task<Result<ProjectId>> MakeProjectAsync(ArchiveProject archive, TransferTask task, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            var name = await FreeNameAsync(archive.Name.Trim(), task.Tenant, ct);
            var made = Project.Create(task.Tenant, name, archive.Description, task.Transfer.MadeBy, time.GetUtcNow(), archive.IsSample);
            if (!made.Succeeded)
                return made.Error;
            made.Value.KeepVersions(archive.LastModelVersion);
            if (archive.Costs is { } costs && made.Value.Cost(costs).Error is { } impossible)
                return impossible;
            try
            {
                await task.WriteAsync(
                    (context, row) =>
                    {
                        context.Projects.Add(made.Value);
                        row.Into(made.Value.Id);
                    },
                    ct);
                return made.Value.Id;
            }
            catch (DbUpdateException) when (tried < Tries)
            {
                // Somebody took the name since it was looked for: the next one.
            }
        }
    }

    /// <summary>The name of the backup, or the first of “name (2)”, “name (3)”, … that the team does not have.</summary>
    private async Task<string> FreeNameAsync(string wanted, TenantId tenant, CancellationToken ct)
    {
        await using var context = db.ForTenant(tenant);
        var name = wanted;
        for (var number = 2; await context.Projects.AnyAsync(p => p.Name == name, ct); number++)
        {
            var ending = $" ({number})";
            name = wanted[..Math.Min(wanted.Length, Project.NameMaxLength - ending.Length)] + ending;
        }

        return name;
    }
}
