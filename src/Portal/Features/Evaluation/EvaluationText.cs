using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Evaluation;

/// <summary>Measured numbers as people read them, always with how far they may be off.</summary>
public static class EvaluationText
{
    /// <summary>Wider than this, two models can hardly be told apart.</summary>
    public const double WideInterval = 0.1;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>0.963 (0.921–0.991).</summary>
    public static string Number(double? value, Interval? interval) => (value, interval) switch
    {
        (null, _) => "–",
        ({ } v, null) => v.ToString("0.000", Culture),
        ({ } v, { } i) => string.Create(Culture, $"{v:0.000} ({i.Low:0.000}–{i.High:0.000})"),
    };

    /// <summary>On how many images the image metrics rest, and how far that carries.</summary>
    public static string Basis(ModelEvaluation metrics)
    {
        var measured = $"Measured on {metrics.Good.Images} good and {metrics.Defective.Images} defective test images";
        if (metrics.Intervals is not { } intervals)
            return $"{measured}: too few for an interval. Label at least {RankingBootstrap.LeastOfAClass} of each.";
        var width = intervals.Auroc.Width;
        if (width == 0)
            return $"{measured}. No interval of the AUROC can be seen here, because every resample ranks the same way: more images may still show a mistake.";
        var smaller = metrics.Good.Images <= metrics.Defective.Images ? "good" : "defective";
        return string.Create(Culture, $"{measured}: the AUROC is known to about ±{width / 2:0.000}.")
            + (width > WideInterval ? $" That is wide. More test images narrow it, {smaller} ones most." : "");
    }

    /// <summary>The image metrics that the run stored, where labels or images have changed since; null where nothing has.</summary>
    public static string? Since(EvaluationMetrics? stored, ModelEvaluation now)
    {
        if (stored?.ImageAuroc is not { } then || now.Image?.Auroc is not { } auroc)
            return null;
        return Math.Abs(then - auroc) < 0.0005 && (stored.NormalImages, stored.DefectiveImages) == (now.Good.Images, now.Defective.Images)
            ? null
            : string.Create(Culture, $"When it was trained the image AUROC was {then:0.000} on {stored.NormalImages} good and {stored.DefectiveImages} defective images. Labels or test images have changed since; the numbers here are of now.");
    }

    public static string Type(string? type) => type ?? "defective, no type";

    public static string Share(int part, int of) => of == 0 ? "–" : string.Create(Culture, $"{part} ({100.0 * part / of:0} %)");

    /// <summary>What leave-one-out means for a method's shots.</summary>
    public static string ShotsHint(DetectionMethod method) => method == DetectionMethod.UniAd
        ? "UniAD has learned from all shots, so each is scored by a model that has seen it: an odd one stands out less."
        : "Each shot is scored by the model of the other shots. A high score means that the others do not look like it: dirt, another position, another light, or a defect.";

    public static string Standing(ShotStanding standing) => standing switch
    {
        ShotStanding.Odd => "This one is odd",
        ShotStanding.Look => "Worth a look",
        _ => "Fits",
    };

}
