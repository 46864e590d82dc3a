namespace FewShotAD.Domain.Images;

/// <summary>
/// What the relative path of an uploaded file says by the MVTec AD layout: <c>train/good/…</c> are normal shots,
/// <c>test/good/…</c> normal test images, <c>test/{defect}/…</c> defective ones, <c>ground_truth/{defect}/NNN_mask.png</c> masks.
/// What that layout has no place for has one of ours: <c>test/unknown/…</c> is a test image that nobody has judged,
/// <c>test/defective/…</c> a defective one whose type nobody has named, and below <c>unassigned/</c> are the images of no split,
/// with their masks below <c>unassigned_ground_truth/</c>.
/// </summary>
public sealed record DatasetPath(string Name, ImageSplit? Split, ImageLabel? Label, string? DefectType, string? MaskOf)
{
    /// <summary>The kind of folder that says normal.</summary>
    public const string Good = "good";

    /// <summary>The kind of folder that says nothing.</summary>
    public const string Unknown = "unknown";

    /// <summary>The kind of folder that says defective, and no more.</summary>
    public const string Defective = "defective";

    public const string MaskSuffix = "_mask";

    public bool IsMask => MaskOf is not null;

    /// <param name="path">A relative path with either slash; folders above the layout's own are left off the name.</param>
    public static DatasetPath Parse(string path)
    {
        // Steps are left out: a name is written into folders again when it is exported.
        string[] parts =
        [
            .. path.Replace('\\', '/')
                .Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(part => part is not ("." or "..")),
        ];
        if (parts.Length == 0)
            return new DatasetPath("", null, null, null, null);
        // The layout is always three deep, so only the last three parts can be it.
        if (parts.Length >= 3)
        {
            var (split, kind, file) = (parts[^3], parts[^2], parts[^1]);
            var name = $"{split}/{kind}/{file}";
            switch (split)
            {
                case "train" when kind == Good:
                    return new DatasetPath(name, ImageSplit.Support, ImageLabel.Normal, null, null);
                case "test":
                    return Judged(name, ImageSplit.Test, kind);
                case "unassigned":
                    return Judged(name, ImageSplit.Unassigned, kind);
                case "ground_truth" or "unassigned_ground_truth":
                    var stem = Path.GetFileNameWithoutExtension(file);
                    var imageStem = stem.EndsWith(MaskSuffix, StringComparison.Ordinal) ? stem[..^MaskSuffix.Length] : stem;
                    var images = split == "ground_truth" ? "test" : "unassigned";
                    return new DatasetPath(name, null, null, kind, $"{images}/{kind}/{imageStem}");
                default:
                    break;
            }
        }

        return new DatasetPath(parts[^1], null, null, null, null);
    }

    private static DatasetPath Judged(string name, ImageSplit split, string kind) => kind switch
    {
        Good => new DatasetPath(name, split, ImageLabel.Normal, null, null),
        Unknown => new DatasetPath(name, split, ImageLabel.Unknown, null, null),
        Defective => new DatasetPath(name, split, ImageLabel.Defective, null, null),
        _ => new DatasetPath(name, split, ImageLabel.Defective, kind, null),
    };
}
