using System.Globalization;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Line;

/// <summary>Lines and what they change, in words.</summary>
internal static class LineText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    /// <summary>Four digits that matter: a threshold of 0.01234 must not read 0.01.</summary>
    public static string Number(double value) => value == 0 || !double.IsFinite(value)
        ? value.ToString(Culture)
        : value.ToString($"F{Math.Clamp(3 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 8)}", Culture);

    public static string Count(int number) => number.ToString("N0", Culture);

    public static string Images(int number) => Plural.Of(number, SharedTexts.CountedImage, SharedTexts.CountedImages);

    /// <summary>How markup and scripts call a verdict.</summary>
    public static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    public static string Label(ImageLabel label) => label switch
    {
        ImageLabel.Normal => SharedTexts.Good,
        ImageLabel.Defective => SharedTexts.Defective,
        _ => LineTexts.NoLabelInText,
    };

    /// <summary>2 good, 9 defective, 1 no label.</summary>
    public static string Labels(IEnumerable<LineFlip> flips) => string.Join(", ", flips.Select(flip => $"{Count(flip.Images)} {Label(flip.Label)}"));

    /// <summary>12 images: 3 normal → uncertain, 9 uncertain → defect.</summary>
    public static string Summary(IReadOnlyList<LineFlip> flips)
    {
        var groups = flips.GroupBy(flip => (flip.From, flip.To)).Select(group => $"{Count(group.Sum(flip => flip.Images))} {Words.Within(group.Key.From)} → {Words.Within(group.Key.To)}").ToList();
        return groups.Count == 0 ? LineTexts.NoImage : $"{Images(flips.Sum(flip => flip.Images))}: {string.Join(", ", groups)}";
    }

    public static string By(LineView line) => line.Flips is null ? LineTexts.FromTheNormalShotsAlone : line.By.Length == 0 ? LineTexts.Moved : LineTexts.By.With(line.By);

    /// <summary>The line that training fitted.</summary>
    public static string Options(TrainedModel model) => LineTexts.T1T2.With(Number(model.Fitted.CertainlyGood), Number(model.Fitted.CertainlyDefective));
}
