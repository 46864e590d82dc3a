using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Training;

/// <summary>A method as the train page offers it.</summary>
/// <param name="Key">For tests and the page's markup.</param>
/// <param name="LearnsFrom">What the run learns from, given the number of other projects with shots.</param>
public sealed record MethodChoice(DetectionMethod Method, string Key, string Text, Func<int, string> LearnsFrom)
{
    public static IReadOnlyList<MethodChoice> All { get; } =
    [
        new(
            DetectionMethod.RegAd, "regad",
            "Learns to register pictures of one part onto each other; a part is scored by how far its features lie from the normal shots at each place.",
            others => others == 0 ? "pairs made from its own shots" : Projects(others)),
        new(
            DetectionMethod.UniAd, "uniad",
            "Learns to rebuild the features of normal parts; a part is scored by what it cannot rebuild.",
            _ => "its own shots"),
        new(
            DetectionMethod.PatchCore, "patchcore",
            "Remembers patches of the normal shots; a part is scored by its strangest patch. No training, done in seconds: the baseline to compare with.",
            _ => "its own shots, without training"),
    ];

    public string Title => RecipeText.Method(Method);

    public bool Trains => Method != DetectionMethod.PatchCore;

    public static MethodChoice Of(DetectionMethod method) => All.Single(choice => choice.Method == method);

    private static string Projects(int count) => count == 1 ? "1 other project" : $"{count} other projects";
}
