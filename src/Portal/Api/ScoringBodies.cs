using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Api;

/// <param name="T1">At most this is normal.</param>
/// <param name="T2">At least this is a defect.</param>
/// <param name="Pixel">Map value from which a pixel counts as defective.</param>
/// <param name="ScaleLow">Where the colours of heatmaps begin.</param>
/// <param name="ScaleHigh">Where they end.</param>
public sealed record ScoringThresholds(double T1, double T2, double Pixel, double ScaleLow, double ScaleHigh);

public sealed record ScoringModelName(Guid Id, int Version);

/// <summary>What a picture that was kept is called from now on.</summary>
public sealed record KeptPicture(Guid Image, Guid Result);

/// <param name="Score">The raw score; compare it with the thresholds.</param>
/// <param name="ScaledScore">0 to 100; a defect from 50.</param>
/// <param name="Width">Of the picture, upright; at most 2048.</param>
/// <param name="Seconds">In the model alone.</param>
/// <param name="Map">Address of the raw map.</param>
/// <param name="Heatmap">Address of the heatmap.</param>
/// <param name="MapData">The raw map in base64, when it was asked for.</param>
/// <param name="HeatmapData">The heatmap as PNG in base64, when it was asked for.</param>
public sealed record ScoredPicture(
    double Score, double ScaledScore, Verdict Verdict, ScoringThresholds Thresholds, ScoringModelName Model, int Width, int Height, double Seconds,
    string Map, string Heatmap, string? MapData, string? HeatmapData, KeptPicture? Kept);

/// <param name="Images">Ids of images of the model's project; or a filter.</param>
public sealed record NewScoreBatch(IReadOnlyList<Guid>? Images = null, ScoreBatchFilter? Filter = null);

/// <param name="Search">Part of the name, in capitals or not.</param>
/// <param name="Unscored">Only images that this model has not scored.</param>
public sealed record ScoreBatchFilter(ImageSplit? Split = null, ImageLabel? Label = null, string? Search = null, bool Unscored = false);

/// <param name="Total">Images of the batch.</param>
/// <param name="Scored">Of them with a result by now.</param>
/// <param name="Skipped">Of them that could not be scored, or were deleted.</param>
public sealed record ScoreBatch(
    Guid Id, Guid Project, Guid Model, RunStatus Status, bool CancelRequested, int Total, int Scored, int Skipped, string? Failure,
    DateTimeOffset QueuedAt, DateTimeOffset? EndedAt);
