using FewShotAD.Domain.Common;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Transfers;

/// <summary>One export, import or restore, and what its project is called.</summary>
public sealed class GetTransfer(PortalDb db) : IUseCase
{
    public sealed record Answer(Transfer Transfer, string? ProjectName);

    public async Task<Result<Answer>> HandleAsync(Actor actor, TransferId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var transfer = await context.Transfers.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct);
        if (transfer is null)
            return new TransferNotFound();
        var project = await context.Projects.Where(p => p.Id == transfer.ProjectId).Select(p => p.Name).FirstOrDefaultAsync(ct);
        return new Answer(transfer, project);
    }
}
