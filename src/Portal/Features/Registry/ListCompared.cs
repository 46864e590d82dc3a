using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>What one model says of an image.</summary>
/// <param name="Scaled">0 is a typical normal part, 50 is the model's T2.</param>
/// <param name="IsRight">By the label; null where nothing is known, or where the model leaves it to a person.</param>
public sealed record ComparedScore(ResultId Result, double Score, double Scaled, Verdict Verdict, bool? IsRight);

/// <param name="Label">Unknown also where the label says nothing about the two.</param>
public sealed record ComparedImage(ImageId Image, string Name, ImageLabel Label, string? DefectType, ComparedScore First, ComparedScore Second);

/// <summary>Where a list of compared images goes on: it is in the order of the second model's scores, highest first.</summary>
public sealed record ComparedPosition(double Score, Guid Result);

/// <summary>A page of the images that two versions have scored, those of which they say something else by default.</summary>
public sealed class ListCompared(PortalDb db) : IUseCase
{
    /// <param name="First">Null for the published one, or the newest other one.</param>
    /// <param name="After">The row that the last page ended with; null at the beginning.</param>
    public sealed record Request(ModelId Second, ModelId? First = null, ComparedShow Show = ComparedShow.Flipped, ComparedPosition? After = null, int Take = 100);

    public async Task<Result<IReadOnlyList<ComparedImage>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Models.Where(m => m.Id == request.Second).Select(m => (ProjectId?)m.ProjectId).FirstOrDefaultAsync(ct);
        if (project is not { } of)
            return new ModelNotFound();
        var pair = await ComparedPair.FindAsync(context, of, request.First, request.Second, ct);
        if (!pair.Succeeded)
            return pair.Error;
        var (first, second) = pair.Value;
        var rows = (await ComparedRows.OfAsync(context, first, second, ct)).Shown(request.Show);
        if (request.After is { } after)
        {
            var (score, id) = (after.Score, new ResultId(after.Result));
            rows = rows.Where(r => r.Second <= score && (r.Second < score || r.SecondResult < id));
        }

        var page = await rows.OrderByDescending(r => r.Second).ThenByDescending(r => r.SecondResult).Take(request.Take).ToListAsync(ct);
        return Result<IReadOnlyList<ComparedImage>>.Ok([.. page.Select(row => new ComparedImage(
            row.Image, row.Name, row.Label, row.Label == ImageLabel.Defective ? row.DefectType : null,
            Said(first, row.FirstResult, row.First, row.Label), Said(second, row.SecondResult, row.Second, row.Label)))]);
    }

    private static ComparedScore Said(TrainedModel model, ResultId result, double score, ImageLabel label)
    {
        var verdict = model.Calibration.Judge(score);
        bool? right = (label, verdict) switch
        {
            (ImageLabel.Unknown, _) or (_, Verdict.Uncertain) => null,
            _ => (label == ImageLabel.Defective) == (verdict == Verdict.Defect),
        };
        return new ComparedScore(result, score, model.Calibration.Scale(score), verdict, right);
    }
}

/// <summary>All pairs of scaled scores, to be drawn: small enough to be read at once, and whoever has them needs nothing else to find an image.</summary>
public sealed class GetComparedScores(PortalDb db) : IUseCase
{
    public sealed record Request(ModelId Second, ModelId? First = null);

    public sealed record Point(double First, double Second, ImageLabel Label, Verdict FirstSays, Verdict SecondSays, ResultId Result);

    public async Task<Result<IReadOnlyList<Point>>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Models.Where(m => m.Id == request.Second).Select(m => (ProjectId?)m.ProjectId).FirstOrDefaultAsync(ct);
        if (project is not { } of)
            return new ModelNotFound();
        var pair = await ComparedPair.FindAsync(context, of, request.First, request.Second, ct);
        if (!pair.Succeeded)
            return pair.Error;
        var (first, second) = pair.Value;
        var rows = await (await ComparedRows.OfAsync(context, first, second, ct)).Rows()
            .Select(r => new { r.First, r.Second, r.Label, r.SecondResult }).ToListAsync(ct);
        return rows.ConvertAll(r => new Point(
            first.Calibration.Scale(r.First), second.Calibration.Scale(r.Second), r.Label, first.Calibration.Judge(r.First), second.Calibration.Judge(r.Second), r.SecondResult));
    }
}
