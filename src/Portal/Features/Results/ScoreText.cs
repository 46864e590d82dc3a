using System.Globalization;
using FewShotAD.Domain.Evaluation;

namespace FewShotAD.Portal.Features.Results;

/// <summary>Scores as people read them.</summary>
public static class ScoreText
{
    public static string Raw(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);

    public static string Scaled(Calibration calibration, double score) =>
        calibration.Scale(score).ToString("0", CultureInfo.InvariantCulture);

    public static string Metric(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "–";
}
