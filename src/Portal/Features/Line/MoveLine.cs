using System.Globalization;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Line;

/// <summary>Puts a model's line elsewhere, as a new version. All results are judged by it from then on; none is scored again.</summary>
public sealed class MoveLine(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    /// <param name="Pixel">Null leaves the pixel threshold.</param>
    /// <param name="Expected">The version that the caller saw, when it must still be in force.</param>
    public sealed record Request(ModelId Model, double T1, double T2, double? Pixel, string? Reason, int? Expected = null);

    public Task<Result<LineVersion>> HandleAsync(Actor actor, Request request, CancellationToken ct) => LineWrite.ChangeAsync(
        db, actor, request.Model, request.Expected, events,
        async (context, model) =>
        {
            var to = new LineThresholds(request.T1, request.T2, request.Pixel ?? model.Calibration.PixelThreshold);
            return await LineWrite.MoveAsync(context, actor, time, model, to, request.Reason, null, ct);
        },
        ct);
}

/// <summary>Goes back to an earlier line, as a new version that names it.</summary>
public sealed class RestoreLine(PortalDb db, TimeProvider time, ReviewEvents events) : IUseCase
{
    /// <param name="Number">The version to go back to.</param>
    /// <param name="Reason">Null says that it goes back, and where to.</param>
    /// <param name="Expected">The version that the caller saw, when it must still be in force.</param>
    public sealed record Request(ModelId Model, int Number, string? Reason = null, int? Expected = null);

    public Task<Result<LineVersion>> HandleAsync(Actor actor, Request request, CancellationToken ct) => LineWrite.ChangeAsync(
        db, actor, request.Model, request.Expected, events,
        async (context, model) =>
        {
            var to = request.Number == LineVersion.Fitted
                ? model.Fitted.Thresholds()
                : (await context.LineVersions.AsNoTracking().FirstOrDefaultAsync(v => v.ModelId == model.Id && v.Number == request.Number, ct))?.Thresholds();
            if (to is null)
                return new LineVersionNotFound(request.Number);
            var reason = string.IsNullOrWhiteSpace(request.Reason) ? $"Back to version {request.Number}" : request.Reason;
            return await LineWrite.MoveAsync(context, actor, time, model, to, reason, request.Number, ct);
        },
        ct);
}

internal static class LineWrite
{
    public static async Task<Result<LineVersion>> ChangeAsync(
        PortalDb db, Actor actor, ModelId id, int? expected, ReviewEvents events, Func<PortalDbContext, TrainedModel, Task<Result<LineVersion>>> change, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed.Error;
        var project = default(ProjectId);
        var changed = await db.ChangeAsync<LineVersion>(
            actor.Tenant,
            async context =>
            {
                var model = await context.Models.FirstOrDefaultAsync(m => m.Id == id, ct);
                if (model is null)
                    return new ModelNotFound();
                project = model.ProjectId;
                if (expected is { } seen && seen != model.LineNumber)
                    return await MovedAsync(context, model, ct);
                return await change(context, model);
            },
            ct);
        // Other images wait for a verdict now.
        if (changed.Succeeded)
            events.Publish(actor.Tenant, project);
        return changed;
    }

    public static async Task<Result<LineVersion>> MoveAsync(
        PortalDbContext context, Actor actor, TimeProvider time, TrainedModel model, LineThresholds to, string? reason, int? restores, CancellationToken ct)
    {
        var from = model.Calibration;
        var moved = model.Fitted.Move(to);
        if (!moved.Succeeded)
            return moved.Error;
        var images = await LineImages.OfAsync(context, model, ct);
        var counts = await images.FlipsAsync(from, moved.Value, ct);
        var labelled = await images.FlippedAsync(counts, from, moved.Value, LineFlips.MostKept, labelledOnly: true, ct);
        var flips = new LineFlips(counts, [.. labelled.Take(LineFlips.MostKept).Select(image => image.Kept())]);
        var version = model.MoveLine(new LineChange(to, reason, flips, restores), new LineAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct)), time.GetUtcNow());
        if (!version.Succeeded)
            return version;
        context.LineVersions.Add(version.Value);
        context.Record(actor, time, restores is null ? AuditAction.LineMove : AuditAction.LineRestore, "model", model.Id, Detail(model, version.Value));
        return version;
    }

    private static async Task<LineMoved> MovedAsync(PortalDbContext context, TrainedModel model, CancellationToken ct)
    {
        var by = await context.LineVersions.AsNoTracking()
            .Where(v => v.ModelId == model.Id && v.Number == model.LineNumber).Select(v => v.MadeByName).FirstOrDefaultAsync(ct);
        return new LineMoved(model.LineNumber, by ?? "");
    }

    private static string Detail(TrainedModel model, LineVersion line) => string.Create(
        CultureInfo.InvariantCulture,
        $"v{model.Version}, line {line.Number}: T1 {line.CertainlyGood:0.####}, T2 {line.CertainlyDefective:0.####}, pixels {line.PixelThreshold:0.####}; {line.Flips.Images} images change. {line.Reason}");
}
