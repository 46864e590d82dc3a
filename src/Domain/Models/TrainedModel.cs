using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Models;

/// <summary>A trained model of a project; versions count from 1 and are never reused.</summary>
public sealed class TrainedModel : Announcer, ITenantOwned
{
    private TrainedModel()
    {
        DataHash = "";
        Bundle = null!;
        Calibration = Fitted = null!;
    }

    public TenantId TenantId { get; private set; }

    public ModelId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public RunId RunId { get; private set; }

    public int Version { get; private set; }

    public BlobKey Bundle { get; private set; }

    public long BundleBytes { get; private set; }

    /// <summary>SHA-256 over the support images, in order.</summary>
    public string DataHash { get; private set; }

    /// <summary>The line in force. All that judges a score goes by it, so that a move holds everywhere at once and scores nothing again.</summary>
    public Calibration Calibration { get; private set; }

    /// <summary>The line that training fitted, from normals alone: version 1.</summary>
    public Calibration Fitted { get; private set; }

    /// <summary>The version of the line in force. Of two people who move it at once the second is told.</summary>
    public int LineNumber { get; private set; }

    public EvaluationMetrics? Metrics { get; private set; }

    /// <summary>Score of each support shot of the run under the model of the others, in the run's order; null for a model that is older than the record of them.</summary>
    public IReadOnlyList<double>? ShotScores { get; private set; }

    /// <summary>By what program and from what data; null for a model that is older than the record of it.</summary>
    public ModelOrigin? Origin { get; private set; }

    /// <summary>What it takes of the team's storage: an imported one was uploaded, one that was trained here follows from what was.</summary>
    public long UploadedBytes { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static TrainedModel Create(
        TrainingRun run, int version, BlobKey bundle, long bytes, string dataHash, Calibration calibration, DateTimeOffset now,
        IReadOnlyList<double>? shotScores = null, ModelOrigin? origin = null) => new()
        {
            TenantId = run.TenantId,
            Id = new ModelId(Guid.CreateVersion7(now)),
            ProjectId = run.ProjectId,
            RunId = run.Id,
            Version = version,
            Bundle = bundle,
            BundleBytes = bytes,
            DataHash = dataHash,
            Calibration = calibration,
            Fitted = calibration,
            LineNumber = LineVersion.Fitted,
            ShotScores = shotScores,
            Origin = origin ?? ModelOrigin.Of(run),
            CreatedAt = now,
        };

    /// <summary>
    /// The run was resumed and wrote its model again: same version, new content. Metrics of the old content do not stand. A line that
    /// somebody has moved meanwhile does.
    /// </summary>
    public void Rewrite(
        BlobKey bundle, long bytes, string dataHash, Calibration calibration, IReadOnlyList<double>? shotScores = null, ModelOrigin? origin = null)
    {
        var moved = LineNumber == LineVersion.Fitted ? null : Calibration;
        (Bundle, BundleBytes, DataHash, Fitted, ShotScores) = (bundle, bytes, dataHash, calibration, shotScores);
        // Other content, perhaps of another version of the program.
        Origin = origin ?? Origin;
        Calibration = moved is null ? calibration : moved with { NormalScore = calibration.NormalScore, NormalPixel = calibration.NormalPixel };
        Metrics = null;
    }

    /// <summary>Puts the line elsewhere.</summary>
    /// <returns>The version to add.</returns>
    public Result<LineVersion> MoveLine(LineChange change, LineAuthor by, DateTimeOffset now)
    {
        var moved = Fitted.Move(change.To);
        if (!moved.Succeeded)
            return moved.Error;
        if (change.To == Calibration.Thresholds())
            return new LineUnchanged();
        var version = LineVersion.Create(this, LineNumber + 1, change, by, now);
        if (!version.Succeeded)
            return version;
        (Calibration, LineNumber) = (moved.Value, version.Value.Number);
        Announce(HappeningKinds.LineChanged, now, new LineChanged(
            ProjectId.Value, Id.Value, Version, LineNumber, change.To.T1, change.To.T2, change.To.Pixel, version.Value.Reason, change.Restores, change.Flips.Images));
        return version;
    }

    public void Measure(EvaluationMetrics metrics) => Metrics = metrics;

    /// <summary>It came in a bundle and not from a run of ours.</summary>
    public void CameUploaded(long bytes) => UploadedBytes = bytes;
}

public sealed record ModelNotFound()
    : Error(ErrorKind.NotFound, "model.missing", "This model does not exist, or it belongs to another team.");

public sealed record ModelChanged()
    : Error(ErrorKind.Stale, "model.changed", "The model is not as you saw it any more. Read it again, then decide again.");
