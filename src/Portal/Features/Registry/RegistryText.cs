using System.Globalization;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Training;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Versions and what became of them, in words.</summary>
internal static class RegistryText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string When(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm", Culture);

    /// <summary>Without the commit, which the title has.</summary>
    public static string Version(string? code) => code is null ? "not recorded" : code.Split('+')[0] is { Length: > 0 } plain ? plain : code;

    public static string Data(SnapshotFigures data)
    {
        var others = data.Categories == 0 ? "" : $", {data.CategoryImages.ToString("N0", Culture)} images of {Count(data.Categories, "other part", "other parts")}";
        return $"{Count(data.Support, "shot", "shots")}{others}, {Count(data.Test, "test image", "test images")}";
    }

    public static string Count(int number, string one, string many) => $"{number.ToString("N0", Culture)} {(number == 1 ? one : many)}";

    public static string Rule(RetentionRule rule) => rule.Days == 0
        ? $"the newest {Count(rule.Versions, "unpublished version is", "unpublished versions are")} kept"
        : $"the newest {Count(rule.Versions, "unpublished version", "unpublished versions")} and those of the last {Count(rule.Days, "day", "days")} are kept";

    public static string Happened(Publication publication) => publication.Kind switch
    {
        PublicationKind.Published => $"v{publication.Version} published",
        PublicationKind.RolledBack => $"Rolled back to v{publication.Version}",
        _ => $"v{publication.Version} taken back",
    };

    /// <summary>+0.004; the sign tells the direction, so it is always there.</summary>
    public static string Difference(double? value) => value?.ToString("+0.000;−0.000;0.000", Culture) ?? "–";

    public static string Difference(int value) => value.ToString("+0;−0;0", Culture);
}
