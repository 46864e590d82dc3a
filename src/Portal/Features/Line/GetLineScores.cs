using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <summary>All scores of a model by what is known of their images: whoever has them can count any line by itself.</summary>
public sealed class GetLineScores(PortalDb db) : IUseCase
{
    public async Task<Result<LineScores>> HandleAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        return model is null ? new ModelNotFound() : await (await LineImages.OfAsync(context, model, ct)).ScoresAsync(ct);
    }
}

/// <summary>A line that could be chosen, and what it makes of the images as they are now.</summary>
/// <param name="CostOfHundred">Expected, of a hundred parts; null where nobody has said what mistakes cost, or a class is missing.</param>
public sealed record LineOption(double T1, double T2, LineCounts Counts, double? CostOfHundred);

/// <param name="InForce">The line as it is.</param>
/// <param name="FromNormals">What training fitted.</param>
/// <param name="F1Max">T2 with the largest F1, T1 as it is or lower; null unless there are good and defective images.</param>
/// <param name="Cheapest">Null also while the project has no costs.</param>
public sealed record LineOptions(LineOption InForce, LineOption FromNormals, LineOption? F1Max, LineOption? Cheapest, LineCosts? Costs);

/// <summary>The lines that normals, F1 and costs speak for, beside the one in force. Choosing is for people.</summary>
public sealed class GetLineOptions(PortalDb db) : IUseCase
{
    public async Task<Result<LineOptions>> HandleAsync(Actor actor, ModelId id, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        if (model is null)
            return new ModelNotFound();
        Project project = await context.Projects.AsNoTracking().FirstAsync(p => p.Id == model.ProjectId, ct);
        var (scores, costs) = (await (await LineImages.OfAsync(context, model, ct)).ScoresAsync(ct), project.LineCosts);
        LineOption At(double t1, double t2)
        {
            var counts = scores.At(new LineThresholds(t1, t2, model.Calibration.PixelThreshold));
            return new LineOption(t1, t2, counts, costs?.Of(counts));
        }

        var (now, fitted) = (model.Calibration, model.Fitted);
        var cheapest = costs is null ? null : LineChoice.Cheapest(scores, costs);
        return new LineOptions(
            At(now.CertainlyGood, now.CertainlyDefective), At(fitted.CertainlyGood, fitted.CertainlyDefective),
            LineChoice.F1Max(scores) is { } t2 ? At(Math.Min(now.CertainlyGood, t2), t2) : null,
            cheapest is { } line ? At(line.T1, line.T2) : null, costs);
    }
}
