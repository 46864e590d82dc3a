using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <param name="From">The line in force.</param>
/// <param name="Flips">All that changes.</param>
/// <param name="Images">Some of the images that change, of each change as many as were asked for.</param>
public sealed record LinePreview(
    TrainedModel Model, Calibration From, Calibration To, IReadOnlyList<LineFlip> Flips, IReadOnlyList<FlippedResult> Images)
{
    public int Flipped => Flips.Sum(flip => flip.Images);
}

/// <summary>What another line would change. Saves nothing.</summary>
public sealed class PreviewLine(PortalDb db) : IUseCase
{
    /// <param name="Pixel">Null for the pixel threshold in force.</param>
    /// <param name="OfEach">How many images to show of each change.</param>
    public sealed record Request(ModelId Model, double T1, double T2, double? Pixel = null, int OfEach = 8);

    public async Task<Result<LinePreview>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == request.Model, ct);
        if (model is null)
            return new ModelNotFound();
        var moved = model.Fitted.Move(new LineThresholds(request.T1, request.T2, request.Pixel ?? model.Calibration.PixelThreshold));
        if (!moved.Succeeded)
            return moved.Error;
        var (from, to) = (model.Calibration, moved.Value);
        var images = await LineImages.OfAsync(context, model, ct);
        var flips = await images.FlipsAsync(from, to, ct);
        return new LinePreview(
            model, from, to, flips, await images.FlippedAsync(flips, from, to, request.OfEach, labelledOnly: false, ct));
    }
}
