using FewShotAD.Domain.Evaluation;
using FewShotAD.Portal.Features.Line;

namespace FewShotAD.Portal.Api;

/// <summary>The line in force.</summary>
/// <param name="Version">Of the line; 1 is what training fitted.</param>
/// <param name="T1">Scores up to it are normal.</param>
/// <param name="T2">Scores from it on are defects; between the two a part is uncertain.</param>
/// <param name="PixelThreshold">From this value of the map on a pixel counts as defective.</param>
/// <param name="NormalScore">The median score of held-out good parts: scaled score 0, whatever the line.</param>
/// <param name="ScaleLow">Where the colour scale of heatmaps begins, whatever the line.</param>
/// <param name="ScaleHigh">Where it ends: as far above the pixel threshold as that lies above its beginning.</param>
/// <param name="By">The name of who made it, as it was then.</param>
/// <param name="Restores">The version that this one goes back to.</param>
public sealed record RestLine(
    Guid ModelId, Guid ProjectId, int ModelVersion, int Version, double T1, double T2, double PixelThreshold, double NormalScore, double NormalPixel,
    double ScaleLow, double ScaleHigh, string Reason, string By, DateTimeOffset At, int? Restores)
{
    internal static RestLine Of(LineState state)
    {
        var (model, line, scale) = (state.Model, state.Line, state.Model.Calibration);
        return new RestLine(
            model.Id.Value, model.ProjectId.Value, model.Version, line.Number, line.Thresholds.T1, line.Thresholds.T2, line.Thresholds.Pixel,
            scale.NormalScore, scale.NormalPixel, scale.ScaleLow, scale.ScaleHigh, line.Reason, line.By, line.At, line.Restores);
    }
}

/// <param name="PixelThreshold">Left out, it stays.</param>
/// <param name="Reason">Needed, but for a preview.</param>
public sealed record NewLine(double T1, double T2, double? PixelThreshold = null, string? Reason = null);

/// <param name="Reason">Left out, it says where it goes back to.</param>
public sealed record LineRestoring(int Version, string? Reason = null);

/// <param name="Line">The line in force: the new one if it was saved.</param>
/// <param name="Saved">False for a preview.</param>
/// <param name="Flipped">Images that change.</param>
/// <param name="Labelled">Labelled images that change, at most 100.</param>
public sealed record LineAnswer(RestLine Line, bool Saved, int Flipped, IReadOnlyList<LineFlip> Flips, IReadOnlyList<FlippedImage> Labelled);

/// <param name="Flips">What it changed against the version before, on the images that were scored then.</param>
public sealed record RestLineVersion(
    int Version, double T1, double T2, double PixelThreshold, string Reason, string By, DateTimeOffset At, int? Restores, bool InForce, int Flipped,
    IReadOnlyList<LineFlip> Flips, IReadOnlyList<FlippedImage> Labelled)
{
    internal static RestLineVersion Of(LineView view) => new(
        view.Number, view.Thresholds.T1, view.Thresholds.T2, view.Thresholds.Pixel, view.Reason, view.By, view.At, view.Restores, view.InForce,
        view.Flips?.Images ?? 0, view.Flips?.Counts ?? [], view.Flips?.Labelled ?? []);
}
