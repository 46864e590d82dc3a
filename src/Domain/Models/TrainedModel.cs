using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models;

/// <summary>A trained model of a project; versions count from 1 and are never reused.</summary>
public sealed class TrainedModel : ITenantOwned
{
    private TrainedModel()
    {
        DataHash = "";
        Bundle = null!;
        Calibration = null!;
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

    public Calibration Calibration { get; private set; }

    public EvaluationMetrics? Metrics { get; private set; }

    /// <summary>Score of each support shot of the run under the model of the others, in the run's order; null for a model that is older than the record of them.</summary>
    public IReadOnlyList<double>? ShotScores { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public static TrainedModel Create(
        TrainingRun run, int version, BlobKey bundle, long bytes, string dataHash, Calibration calibration, DateTimeOffset now,
        IReadOnlyList<double>? shotScores = null) => new()
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
            ShotScores = shotScores,
            CreatedAt = now,
        };

    /// <summary>The run was resumed and wrote its model again: same version, new content. Metrics of the old content do not stand.</summary>
    public void Rewrite(BlobKey bundle, long bytes, string dataHash, Calibration calibration, IReadOnlyList<double>? shotScores = null)
    {
        (Bundle, BundleBytes, DataHash, Calibration, ShotScores) = (bundle, bytes, dataHash, calibration, shotScores);
        Metrics = null;
    }

    public void Measure(EvaluationMetrics metrics) => Metrics = metrics;
}

public sealed record ModelNotFound()
    : Error(ErrorKind.NotFound, "model.missing", "This model does not exist, or it belongs to another team.");

public sealed record ModelChanged()
    : Error(ErrorKind.Stale, "model.changed", "The model is not as you saw it any more. Read it again, then decide again.");
