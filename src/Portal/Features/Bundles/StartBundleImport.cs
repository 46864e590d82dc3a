using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Quotas;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>Takes a bundle for a project that is there. Whether it is whole is said at once; a job scores its golden images and adds the version.</summary>
public sealed class StartBundleImport(PortalDb db, ZipIntake intake, TeamQuotas quotas) : IUseCase
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
            var project = await context.Projects.AsNoTracking().FirstOrDefaultAsync(p => p.Id == request.Project, ct);
            if (project is null)
                return new ProjectNotFound();
            if (project.ArchivedAt is not null)
                return new ProjectAlreadyArchived(project.Name);
            // How large the model in it is, its manifest tells the job; where nothing fits, nothing need be sent.
            var room = await quotas.AllowBytesAsync(context, 1, ct);
            if (!room.Succeeded)
                return room.Error;
        }

        return await intake.QueueAsync(actor, TransferKind.Model, request.Project, request.Content, request.Name, ct);
    }
}
