using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;

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
        var measured = EvaluationTexts.MeasuredOnGoodAndDefectiveTestImages.With(metrics.Good.Images, metrics.Defective.Images);
        if (metrics.Intervals is not { } intervals)
            return EvaluationTexts.TooFewForAnIntervalLabelAt.With(measured, RankingBootstrap.LeastOfAClass);
        var width = intervals.Auroc.Width;
        if (width == 0)
            return EvaluationTexts.NoIntervalOfTheAUROCCanBe.With(measured);
        var smaller = metrics.Good.Images <= metrics.Defective.Images ? SharedTexts.Good : SharedTexts.Defective;
        return EvaluationTexts.TheAUROCIsKnownToAbout.With(measured, width / 2)
            + (width > WideInterval ? EvaluationTexts.ThatIsWideMoreTestImagesNarrow.With(smaller) : "");
    }

    /// <summary>The image metrics that the run stored, where labels or images have changed since; null where nothing has.</summary>
    public static string? Since(EvaluationMetrics? stored, ModelEvaluation now)
    {
        if (stored?.ImageAuroc is not { } then || now.Image?.Auroc is not { } auroc)
            return null;
        return Math.Abs(then - auroc) < 0.0005 && (stored.NormalImages, stored.DefectiveImages) == (now.Good.Images, now.Defective.Images)
            ? null
            : EvaluationTexts.WhenItWasTrainedTheImageAUROC.With(then, stored.NormalImages, stored.DefectiveImages);
    }

    public static string Type(string? type) => type ?? EvaluationTexts.DefectiveNoType;

    public static string Share(int part, int of) => of == 0 ? "–" : string.Create(Culture, $"{part} ({100.0 * part / of:0} %)");

    /// <summary>What leave-one-out means for a method's shots.</summary>
    public static string ShotsHint(DetectionMethod method) => method == DetectionMethod.UniAd
        ? EvaluationTexts.UniADHasLearnedFromAllShotsSo
        : EvaluationTexts.EachShotIsScoredByTheModel;

    public static string Standing(ShotStanding standing) => standing switch
    {
        ShotStanding.Odd => EvaluationTexts.ThisOneIsOdd,
        ShotStanding.Look => EvaluationTexts.WorthALook,
        _ => EvaluationTexts.Fits,
    };

}
