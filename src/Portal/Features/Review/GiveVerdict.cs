using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Review;

/// <summary>Adds a person's verdict to a result's history; from now on it is the one that counts.</summary>
public sealed class GiveVerdict(PortalDb db, TimeProvider time) : IUseCase
{
    private const int Tries = 5;

    public sealed record Request(ResultId Result, ReviewDecision Decision, string? DefectType, string? Comment);

    public async Task<Result<ReviewVerdict>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Review);
        if (!allowed.Succeeded)
            return allowed.Error;
        for (var attempt = 1; ; attempt++)
        {
            await using var context = db.ForTenant(actor.Tenant);
            var result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == request.Result, ct);
            if (result is null)
                return new ResultNotFound();
            var model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == result.ModelId, ct);
            var last = await context.ReviewVerdicts.Where(v => v.ResultId == result.Id).MaxAsync(v => (int?)v.Sequence, ct) ?? 0;
            var verdict = ReviewVerdict.Create(
                result, model, last + 1, request.Decision, request.DefectType, request.Comment, actor.User, time.GetUtcNow());
            if (!verdict.Succeeded)
                return verdict.Error;
            context.ReviewVerdicts.Add(verdict.Value);
            context.Record(actor, time, AuditAction.VerdictGive, "result", result.Id, $"{request.Decision}");
            try
            {
                await context.SaveChangesAsync(ct);
                return verdict;
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Another verdict took the number: this one comes after it. Or the result went, which the next look tells.
            }
        }
    }
}
