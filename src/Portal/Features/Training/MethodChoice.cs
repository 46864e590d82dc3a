using FewShotAD.Domain.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A method as the train page offers it.</summary>
/// <param name="Key">For tests and the page's markup.</param>
public sealed record MethodChoice(DetectionMethod Method, string Key)
{
    public static IReadOnlyList<MethodChoice> All { get; } =
        [new(DetectionMethod.RegAd, "regad"), new(DetectionMethod.UniAd, "uniad"), new(DetectionMethod.PatchCore, "patchcore")];

    public string Title => RecipeText.Method(Method);

    public string Text => Method switch
    {
        DetectionMethod.RegAd => TrainingTexts.LearnsToRegisterPicturesOfOnePart,
        DetectionMethod.UniAd => TrainingTexts.LearnsToRebuildTheFeaturesOfNormal,
        _ => TrainingTexts.RemembersPatchesOfTheNormalShotsA,
    };

    public bool Trains => Method != DetectionMethod.PatchCore;

    public static MethodChoice Of(DetectionMethod method) => All.Single(choice => choice.Method == method);

    /// <summary>What the run learns from, given the number of other projects with shots.</summary>
    public string LearnsFrom(int others) => Method switch
    {
        DetectionMethod.RegAd => others == 0 ? TrainingTexts.PairsMadeFromItsOwnShots : Plural.Of(others, TrainingTexts.OtherProject, TrainingTexts.OtherProjects),
        DetectionMethod.UniAd => TrainingTexts.ItsOwnShots,
        _ => TrainingTexts.ItsOwnShotsWithoutTraining,
    };
}
