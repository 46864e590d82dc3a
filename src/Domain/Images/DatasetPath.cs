namespace FewShotAD.Domain.Images;

/// <summary>
/// What the relative path of an uploaded file says by the MVTec AD layout: <c>train/good/…</c> are normal shots,
/// <c>test/good/…</c> normal test images, <c>test/{defect}/…</c> defective ones, <c>ground_truth/{defect}/NNN_mask.png</c> masks.
/// </summary>
public sealed record DatasetPath(string Name, ImageSplit? Split, ImageLabel? Label, string? DefectType, string? MaskOf)
{
    private const string MaskSuffix = "_mask";

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
                case "train" when kind == "good":
                    return new DatasetPath(name, ImageSplit.Support, ImageLabel.Normal, null, null);
                case "test" when kind == "good":
                    return new DatasetPath(name, ImageSplit.Test, ImageLabel.Normal, null, null);
                case "test":
                    return new DatasetPath(name, ImageSplit.Test, ImageLabel.Defective, kind, null);
                case "ground_truth":
                    var stem = Path.GetFileNameWithoutExtension(file);
                    var imageStem = stem.EndsWith(MaskSuffix, StringComparison.Ordinal) ? stem[..^MaskSuffix.Length] : stem;
                    return new DatasetPath(name, null, null, kind, $"test/{kind}/{imageStem}");
                default:
                    break;
            }
        }

        return new DatasetPath(parts[^1], null, null, null, null);
    }
}
