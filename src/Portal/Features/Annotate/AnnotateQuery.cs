using FewShotAD.Domain.Images;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>The list that previous and next go through, as it stands in the address.</summary>
internal static class AnnotateQuery
{
    public static string Of(ImageSplit? split, string? search)
    {
        var parts = new List<string>();
        if (split is { } chosen)
            parts.Add($"split={chosen.ToString().ToLowerInvariant()}");
        if (!string.IsNullOrWhiteSpace(search))
            parts.Add($"search={Uri.EscapeDataString(search.Trim())}");
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    public static ImageSplit? SplitOf(string? text) => Enum.TryParse<ImageSplit>(text, ignoreCase: true, out var split) && Enum.IsDefined(split) ? split : null;
}
