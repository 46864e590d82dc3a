using System.Globalization;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Versions and what became of them, in words.</summary>
internal static class RegistryText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string When(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", Culture);

    /// <summary>Without the commit, which the title has.</summary>
    public static string Version(string? code) => code is null ? RegistryTexts.NotRecorded : code.Split('+')[0] is { Length: > 0 } plain ? plain : code;

    public static string Data(SnapshotFigures data)
    {
        var others = data.Categories == 0 ? "" : RegistryTexts.ImagesOf.With(data.CategoryImages.ToString("N0", Culture), Count(data.Categories, RegistryTexts.OtherPart, RegistryTexts.OtherParts));
        return $"{Count(data.Support, RegistryTexts.Shot, RegistryTexts.ShotsInText)}{others}, {Count(data.Test, RegistryTexts.TestImage, RegistryTexts.TestImages)}";
    }

    public static string Imported(ImportedModel imported)
    {
        var scores = imported.SameBits ? RegistryTexts.GoldenScoresToTheBit : RegistryTexts.GoldenScoresWithinTheTolerance;
        return RegistryTexts.VOfByAtUTC.With(imported.Version, imported.Project, imported.By, When(imported.At), Count(imported.GoldenImages, RegistryTexts.GoldenImage, RegistryTexts.GoldenImages), scores);
    }

    /// <summary>What came out of making a version again.</summary>
    public static string Outcome(ReproductionOutcome outcome) => outcome switch
    {
        { IsThere: false } => RegistryTexts.ReproducesVWhichIsDeleted.With(outcome.Version),
        { Images: 0 } => RegistryTexts.ReproducesVNoImageHasAResult.With(outcome.Version),
        { Same: true } => RegistryTexts.SameScoresAsVToTheBit.With(outcome.Version, Count(outcome.Images, RegistryTexts.Image, RegistryTexts.Images)),
        { WithinTolerance: true } => RegistryTexts.SameScoresAsVWithinTheTolerance.With(outcome.Version, Difference(outcome), outcome.Image ?? ""),
        _ => RegistryTexts.DiffersFromVLargestDifferenceOn.With(outcome.Version, Difference(outcome), outcome.Image ?? ""),
    };

    private static string Difference(ReproductionOutcome outcome) => (outcome.LargestDifference ?? 0).ToString("G3", Culture);

    public static string Count(int number, string one, string many) => $"{number.ToString("N0", Culture)} {(number == 1 ? one : many)}";

    /// <summary>For the audit trail, which is English in every language.</summary>
    public static string Rule(RetentionRule rule) => rule.Days == 0
        ? $"the newest {Count(rule.Versions, "unpublished version is", "unpublished versions are")} kept"
        : $"the newest {Count(rule.Versions, "unpublished version", "unpublished versions")} and those of the last {Count(rule.Days, "day", "days")} are kept";

    public static string Happened(Publication publication) => publication.Kind switch
    {
        PublicationKind.Published => RegistryTexts.VPublished.With(publication.Version),
        PublicationKind.RolledBack => RegistryTexts.RolledBackToV.With(publication.Version),
        _ => RegistryTexts.VTakenBack.With(publication.Version),
    };

    /// <summary>+0.004; the sign tells the direction, so it is always there.</summary>
    public static string Difference(double? value) => value?.ToString("+0.000;−0.000;0.000", Culture) ?? "–";

    public static string Difference(int value) => value.ToString("+0;−0;0", Culture);
}
