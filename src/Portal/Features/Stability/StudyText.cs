using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Stability;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>What a stability study says, in the words of people who choose shots.</summary>
public static class StudyText
{
    /// <summary>Less than this is nothing that three decimals show.</summary>
    private const double Visible = 0.0005;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Metric(StudyMetric metric) => metric switch
    {
        StudyMetric.ImageAuroc => SharedTexts.ImageAUROC,
        StudyMetric.PixelAuroc => StabilityTexts.PixelAUROC,
        StudyMetric.Aupro => StabilityTexts.AUPRO,
        _ => StabilityTexts.ImageF1Max,
    };

    private static string Within(StudyMetric metric) => metric switch
    {
        StudyMetric.ImageAuroc => StabilityTexts.ImageAUROCInText,
        StudyMetric.PixelAuroc => StabilityTexts.PixelAUROCInText,
        StudyMetric.Aupro => StabilityTexts.AUPRO,
        _ => StabilityTexts.ImageF1MaxInText,
    };

    /// <summary>The one sentence of a study.</summary>
    public static string Meaning(StudyMetric metric, SupportSpread spread, int shots)
    {
        var name = Within(metric);
        return (spread.SetDeviation, spread.SeedDeviation) switch
        {
            (null, _) => StabilityTexts.OneSupportSetAloneSaysNothingAbout,
            ({ } set, null) => StabilityTexts.AnotherChoiceOfShotsTrainedWithOne.With(shots, name, Around(set)),
            ( < Visible, { } seed) => StabilityTexts.TheSupportSetsDifferNoMoreThan.With(shots, name, Around(seed)),
            ({ } set, { } seed) => StabilityTexts.AnotherChoiceOfShotsMovesTheBy.With(shots, name, Around(set), Around(seed)),
        };
    }

    /// <summary>± 0.018.</summary>
    public static string Around(double? deviation) => deviation switch
    {
        null => "–",
        < Visible => StabilityTexts.LessThan0001,
        { } value => string.Create(Culture, $"± {value:0.000}"),
    };

    public static string Share(double? share) => share is { } part ? string.Create(Culture, $"{100 * part:0} %") : "–";

    public static string Basis(StudyDesign design, int shots)
    {
        var measured = StabilityTexts.DeviationsAreOfOneStandardDeviationAll.With(design.Good, design.Defective);
        return design.Shared == 0
            ? measured
            : $"{measured} {Plural.Of(design.Shared, StabilityTexts.ImageIsInMoreThanOneSet, StabilityTexts.ImagesAreInMoreThanOneSet, design.PoolGood + design.PoolTest, design.Sets.Count, shots)}";
    }

    /// <summary>Where the shots of a plan come from.</summary>
    public static string Source(StudyDesign design) => design.PoolTest == 0
        ? StabilityTexts.NormalShots.With(design.PoolGood)
        : StabilityTexts.NormalShotsAndGoodTestImages.With(design.PoolGood, design.PoolTest);

    public static string Plan(PlanStudy.Answer plan)
    {
        var (design, shots) = (plan.Draw.Drawn.Design, plan.Draw.Recipe.Shots);
        var time = QueueText.In(TimeSpan.FromSeconds(plan.Seconds));
        var shared = design.Shared == 0 ? "" : Plural.Of(design.Shared, StabilityTexts.ThePoolIsSmallImageIsIn, StabilityTexts.ThePoolIsSmallImagesAreIn);
        return StabilityTexts.RunsSetsOfFromEachOnOne.With(design.Runs, design.Sets.Count, shots, Source(design), Seeds(design.Seeds.Count), Begin(time), design.Good, design.Defective, shared);
    }

    /// <summary>How a sentence begins.</summary>
    private static string Begin(string? words) => string.IsNullOrEmpty(words) ? "" : char.ToUpper(words[0], CultureInfo.CurrentUICulture) + words[1..];

    public static string Seeds(int count) => Plural.Of(count, StabilityTexts.CountedSeed, StabilityTexts.Seeds);

    public static string Left(double? seconds) => seconds is { } s ? StabilityTexts.Left.With(QueueText.In(TimeSpan.FromSeconds(s))) : "";

    public static string Number(double? value) => EvaluationText.Number(value, null);
}
