using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>
/// A result's heatmap in the colour scale of the line in force. The stored one is drawn in the scale that training fitted, whatever the line
/// was when it was scored; while people have the pixel threshold elsewhere it is drawn anew from the raw map.
/// </summary>
public sealed class GetHeatmap(PortalDb db, IBlobStore blobs, IScoringPictures pictures) : IUseCase
{
    /// <param name="Content">The caller disposes it.</param>
    /// <param name="Tag">Another one for another picture.</param>
    public sealed record Heatmap(Stream Content, string Tag);

    public async Task<Result<Heatmap>> HandleAsync(Actor actor, ResultId id, CancellationToken ct)
    {
        ScoredImage? result;
        TrainedModel model;
        await using (var context = db.ForTenant(actor.Tenant))
        {
            result = await context.Results.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
            if (result is null)
                return new ResultNotFound();
            model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == result.ModelId, ct);
        }

        var (line, fitted) = (model.Calibration, model.Fitted);
        if (line.ScaleLow == fitted.ScaleLow && line.ScaleHigh == fitted.ScaleHigh)
        {
            var stored = await blobs.OpenReadAsync(actor.Tenant, result.Heatmap, ct);
            return stored is null ? new ResultNotFound() : new Heatmap(stored, result.Heatmap.Sha256);
        }

        await using var map = await blobs.OpenReadAsync(actor.Tenant, result.Map, ct);
        if (map is null)
            return new ResultNotFound();
        using var file = new MemoryStream();
        await map.CopyToAsync(file, ct);
        var drawn = pictures.Heatmap(file.ToArray(), line);
        return new Heatmap(new MemoryStream(drawn), string.Create(CultureInfo.InvariantCulture, $"{result.Map.Sha256}-{line.ScaleLow:R}-{line.ScaleHigh:R}"));
    }
}
