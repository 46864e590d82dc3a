using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Stability;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Training;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>What a stability study says, in the words of people who choose shots.</summary>
public static class StudyText
{
    /// <summary>Less than this is nothing that three decimals show.</summary>
    private const double Visible = 0.0005;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Metric(StudyMetric metric) => metric switch
    {
        StudyMetric.ImageAuroc => "Image AUROC",
        StudyMetric.PixelAuroc => "Pixel AUROC",
        StudyMetric.Aupro => "AUPRO",
        _ => "Image F1-max",
    };

    /// <summary>The one sentence of a study.</summary>
    public static string Meaning(StudyMetric metric, SupportSpread spread, int shots)
    {
        var name = Metric(metric).Replace("Image ", "image ", StringComparison.Ordinal).Replace("Pixel ", "pixel ", StringComparison.Ordinal);
        return (spread.SetDeviation, spread.SeedDeviation) switch
        {
            (null, _) => "One support set alone says nothing about another choice of shots.",
            ({ } set, null) => $"Another choice of {shots} shots, trained with one seed, moves the {name} by {Around(set)}.",
            ( < Visible, { } seed) => $"The support sets differ no more than seeds make them: another choice of {shots} shots moves the {name} by nothing that can be seen, another seed by {Around(seed)}.",
            ({ } set, { } seed) => $"Another choice of {shots} shots moves the {name} by {Around(set)}, another seed by {Around(seed)}.",
        };
    }

    /// <summary>± 0.018.</summary>
    public static string Around(double? deviation) => deviation switch
    {
        null => "–",
        < Visible => "less than ± 0.001",
        { } value => string.Create(Culture, $"± {value:0.000}"),
    };

    public static string Share(double? share) => share is { } part ? string.Create(Culture, $"{100 * part:0} %") : "–";

    public static string Basis(StudyDesign design, int shots)
    {
        var measured = $"Deviations are of one standard deviation. All runs score the same {design.Good} good and {design.Defective} defective test images, none of which is a shot of any set; how typical these images are is not in the numbers.";
        return design.Shared == 0
            ? measured
            : $"{measured} {(design.Shared == 1 ? "1 image is" : $"{design.Shared} images are")} in more than one set, because the {design.PoolGood + design.PoolTest} images to draw from are fewer than {design.Sets.Count} × {shots}: sets of other parts would differ more.";
    }

    /// <summary>Where the shots of a plan come from.</summary>
    public static string Source(StudyDesign design) => design.PoolTest == 0
        ? $"{design.PoolGood} normal shots"
        : $"{design.PoolGood} normal shots and {design.PoolTest} good test images";

    public static string Plan(PlanStudy.Answer plan)
    {
        var (design, shots) = (plan.Draw.Drawn.Design, plan.Draw.Recipe.Shots);
        var time = QueueText.In(TimeSpan.FromSeconds(plan.Seconds));
        var shared = design.Shared == 0 ? "" : $" The pool is small: {(design.Shared == 1 ? "1 image is" : $"{design.Shared} images are")} in more than one set.";
        return $"{design.Runs} runs: {design.Sets.Count} sets of {shots} from {Source(design)}, {Seeds(design.Seeds.Count)} each. {time?.Replace("about", "About", StringComparison.Ordinal).Replace("less", "Less", StringComparison.Ordinal)} on one worker, behind your other runs. All score the same {design.Good} good and {design.Defective} defective test images.{shared}";
    }

    public static string Seeds(int count) => count == 1 ? "1 seed" : $"{count} seeds";

    public static string Left(double? seconds) => seconds is { } s ? $"{QueueText.In(TimeSpan.FromSeconds(s))} left" : "";

    public static string Number(double? value) => EvaluationText.Number(value, null);
}
