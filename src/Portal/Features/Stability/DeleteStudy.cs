using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>Deletes a study that is over, with its runs.</summary>
public sealed class DeleteStudy(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, StudyId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        return allowed.Succeeded
            ? await db.ChangeAsync(
                actor.Tenant,
                async context =>
                {
                    var study = await context.Studies.FirstOrDefaultAsync(s => s.Id == id, ct);
                    if (study is null)
                        return new StudyNotFound();
                    var runs = await context.Runs.Where(r => r.StudyId == id).ToListAsync(ct);
                    if (runs.Any(run => !run.IsOver))
                        return new StudyNotOver();
                    context.Runs.RemoveRange(runs);
                    context.Studies.Remove(study);
                    context.Record(actor, time, AuditAction.StudyDelete, "study", id, $"Of v{study.ModelVersion}, {runs.Count} runs");
                    return Result.Ok;
                },
                ct)
            : allowed;
    }
}
