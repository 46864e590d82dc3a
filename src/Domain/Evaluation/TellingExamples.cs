namespace FewShotAD.Domain.Evaluation;

/// <summary>The few images that tell most about a model: the strangest, and those about which the line decides by a hair.</summary>
/// <param name="Highest">The highest score first.</param>
/// <param name="NearTheLine">The nearest to T1 or T2 first; none that is among the highest.</param>
public sealed record TellingExamples(IReadOnlyList<EvaluatedImage> Highest, IReadOnlyList<EvaluatedImage> NearTheLine)
{
    public static TellingExamples Of(IReadOnlyList<EvaluatedImage> images, Calibration line, int ofEach)
    {
        var highest = images.OrderByDescending(image => image.Score).ThenBy(image => image.Name, StringComparer.Ordinal).Take(ofEach).ToList();
        return new TellingExamples(
            highest,
            [.. images.Except(highest).OrderBy(image => Distance(image.Score, line)).ThenBy(image => image.Name, StringComparer.Ordinal).Take(ofEach)]);
    }

    private static double Distance(double score, Calibration line) =>
        Math.Min(Math.Abs(score - line.CertainlyGood), Math.Abs(score - line.CertainlyDefective));
}
