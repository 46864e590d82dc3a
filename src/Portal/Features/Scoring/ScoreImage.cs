using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Scoring;

/// <summary>Scores one picture on a warm model. Nothing of it is kept but its map, for some minutes, unless that is asked for.</summary>
public sealed class ScoreImage(
    PortalDb db, ScoringPool pool, IScoringPictures pictures, IgnoredPixels regions, RecentScores recent, KeepScored keep) : IUseCase
{
    /// <param name="Model">Or <paramref name="Project"/>, whose model then scores.</param>
    /// <param name="Content">Seekable; read from its start.</param>
    /// <param name="Keep">Stores the picture in the model's project, unassigned, with its result. Needs the right to write.</param>
    /// <param name="Name">File name of a picture that is kept.</param>
    public sealed record Request(ModelId? Model, ProjectId? Project, Stream Content, bool Keep = false, string? Name = null);

    /// <param name="Recent">Where the map is for some minutes; null when it is kept.</param>
    /// <param name="Seconds">In the model alone.</param>
    public sealed record Answer(
        TrainedModel Model, double Score, byte[] Map, int Width, int Height, double Seconds, ScoreId? Recent, KeepScored.Answer? Kept);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(request.Keep ? TeamPermissions.Score | TeamPermissions.Write : TeamPermissions.Score);
        if (!allowed.Succeeded)
            return allowed.Error;
        Result<ScoringModel> found;
        BlobKey? region = null;
        await using (var context = db.ForTenant(actor.Tenant))
        {
            found = await ScoringModels.FindAsync(context, request.Model, request.Project, ct);
            if (!found.Succeeded)
                return found.Error;
            region = await IgnoredPixels.OfProjectAsync(context, found.Value.Model.ProjectId, ct);
        }

        var (model, side, window) = found.Value;
        var picture = await pictures.ReadAsync(request.Content, side, ct);
        if (!picture.Succeeded)
            return picture.Error;
        var scored = await pool.ScoreAsync(actor.Tenant, model.Bundle, picture.Value.Pixels, side, ScoringUse.Request, ct);
        if (!scored.Succeeded)
            return scored.Error;
        var (full, map, seconds) = scored.Value;
        if (!request.Keep)
        {
            var (score, _) = await regions.TakeAsync(actor.Tenant, map, full, window, null, region, ct);
            var id = recent.Keep(actor.Tenant, new RecentScores.Map(map, model.Calibration));
            return new Answer(model, score, map, picture.Value.Width, picture.Value.Height, seconds, id, null);
        }

        var kept = await keep.HandleAsync(actor, new KeepScored.Request(model.Id, request.Content, request.Name, full, map), ct);
        return kept.Succeeded ? new Answer(model, kept.Value.Score, map, picture.Value.Width, picture.Value.Height, seconds, null, kept.Value) : kept.Error;
    }
}

/// <summary>The map of a recent answer that was not kept.</summary>
public sealed class GetRecentScore(RecentScores recent) : IUseCase
{
    public Task<Result<RecentScores.Map>> HandleAsync(Actor actor, ScoreId id, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Score);
        Result<RecentScores.Map> answer = allowed switch
        {
            { Succeeded: false } => allowed.Error,
            _ when recent.Find(actor.Tenant, id) is { } map => map,
            _ => new ScoreGone(),
        };
        return Task.FromResult(answer);
    }
}

public sealed record ScoreGone()
    : Error(ErrorKind.NotFound, "score.gone", "This answer is not there any more, or it belongs to another team. Score the image again, or send ?keep=true to store it.");
