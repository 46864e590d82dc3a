using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Models;

/// <summary>One test image as one model sees it. The raw map is kept, so a new line or colour map needs no inference.</summary>
public sealed class ScoredImage : Announcer, ITenantOwned
{
    private ScoredImage()
    {
        Map = Heatmap = null!;
        ImageName = "";
    }

    public TenantId TenantId { get; private set; }

    public ResultId Id { get; private set; }

    public ProjectId ProjectId { get; private set; }

    public ModelId ModelId { get; private set; }

    public RunId RunId { get; private set; }

    public ImageId ImageId { get; private set; }

    /// <summary>The raw image score, taken from the map by the method's own rule with ignored pixels left out.</summary>
    public double Score { get; private set; }

    /// <summary>The score of the whole picture, where ignore regions leave something out; null where they do not.</summary>
    public double? FullScore { get; private set; }

    /// <summary>Which ignore regions the score was taken with: <see cref="Marks.IgnoreMark"/>.</summary>
    public string? IgnoreMark { get; private set; }

    /// <summary>Raw float16 map with a shape header (see <see cref="Evaluation.AnomalyMapFile"/>).</summary>
    public BlobKey Map { get; private set; }

    public BlobKey Heatmap { get; private set; }

    public DateTimeOffset ScoredAt { get; private set; }

    /// <summary>
    /// The image's name, label and type, and what its review has come to: copies that the database itself keeps, so that a list of 100,000
    /// results is filtered and ordered along one index. Written by nobody here, and empty until the row is read again.
    /// </summary>
    public string ImageName { get; private set; }

    /// <inheritdoc cref="ImageName"/>
    public ImageLabel ImageLabel { get; private set; }

    /// <inheritdoc cref="ImageName"/>
    public string? ImageDefectType { get; private set; }

    /// <inheritdoc cref="ImageName"/>
    public ReviewOutcome Review { get; private set; }

    /// <summary>Who gave the verdict that counts; null until one does.</summary>
    public UserId? ReviewedBy { get; private set; }

    /// <param name="ignored">Null when the score is that of the whole picture.</param>
    public static ScoredImage Create(
        TrainedModel model, InspectionImage image, double score, BlobKey map, BlobKey heatmap, DateTimeOffset now, IgnoredScore? ignored = null)
    {
        var result = new ScoredImage
        {
            TenantId = model.TenantId,
            Id = new ResultId(Guid.CreateVersion7(now)),
            ProjectId = model.ProjectId,
            ModelId = model.Id,
            RunId = model.RunId,
            ImageId = image.Id,
        };
        result.Rescore(score, map, heatmap, now, ignored);
        if (model.Calibration.Judge(score) is var verdict and not Verdict.Normal)
        {
            result.Announce(HappeningKinds.ImageFlagged, now, new ImageFlagged(
                result.Id.Value, model.ProjectId.Value, image.Id.Value, image.Name, score, verdict, model.Calibration.CertainlyDefective, model.Id.Value, model.Version));
        }

        return result;
    }

    /// <summary>A resumed run scores the image again.</summary>
    public void Rescore(double score, BlobKey map, BlobKey heatmap, DateTimeOffset now, IgnoredScore? ignored = null)
    {
        (Score, Map, Heatmap, ScoredAt) = (Finite(score), map, heatmap, now);
        (FullScore, IgnoreMark) = (ignored?.FullScore, ignored?.Mark);
    }

    /// <summary>Other pixels count than before; the map is the same. The score of the whole picture is kept beside it.</summary>
    public void Leave(string mark, double score)
    {
        FullScore ??= Score;
        (Score, IgnoreMark) = (Finite(score), mark);
    }

    /// <summary>All pixels count again: the score is the one before any region, to the last bit.</summary>
    public void CountAll()
    {
        Score = FullScore ?? Score;
        (FullScore, IgnoreMark) = (null, null);
    }

    private static double Finite(double score) =>
        double.IsFinite(score) ? score : throw new ArgumentOutOfRangeException(nameof(score), score, "A score is a finite number.");
}

/// <param name="Mark">Of the regions that were left out.</param>
/// <param name="FullScore">What the score would be without them.</param>
public sealed record IgnoredScore(string Mark, double FullScore);

public sealed record ResultNotFound()
    : Error(ErrorKind.NotFound, "result.missing", "This result does not exist, or it belongs to another team.");

/// <summary>What is told of an image that is not clearly normal.</summary>
/// <param name="Threshold">T2, from which a score counts as a defect.</param>
public sealed record ImageFlagged(
    Guid Result, Guid Project, Guid Image, string ImageName, double Score, Verdict Verdict, double Threshold, Guid Model, int ModelVersion);
