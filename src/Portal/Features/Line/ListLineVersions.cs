using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <summary>Every line that a model has had, the newest first; the last one is what training fitted.</summary>
public sealed class ListLineVersions(PortalDb db) : IUseCase
{
    /// <param name="Before">Only versions below this number; null from the newest on.</param>
    public sealed record Request(ModelId Model, int? Before = null, int Take = 100);

    public async Task<Result<IReadOnlyList<LineView>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == request.Model, ct);
        if (model is null)
            return new ModelNotFound();
        var before = request.Before ?? int.MaxValue;
        var versions = await context.LineVersions.AsNoTracking()
            .Where(v => v.ModelId == model.Id && v.Number < before)
            .OrderByDescending(v => v.Number)
            .Take(request.Take)
            .ToListAsync(ct);
        var views = versions.Select(version => LineView.Of(version, model)).ToList();
        if (views.Count < request.Take && before > LineVersion.Fitted)
            views.Add(LineView.FittedOf(model));
        return views;
    }
}
