using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Images;

namespace FewShotAD.Domain.Transfers;

/// <summary>Where an image and its mask lie in an exported folder; the mask's is a place even where there is none.</summary>
public sealed record DatasetPlace(string Image, string Mask);

/// <summary>
/// Gives each image of a project a place of its own in the MVTec AD layout, which <see cref="DatasetPath"/> reads back. Given the
/// same images in the same order it gives the same places. Of the names it gave it remembers eight bytes each.
/// </summary>
public sealed class DatasetLayout
{
    private const string NotInFileNames = "<>:\"/\\|?*";

    private readonly HashSet<ulong> taken = [];

    public DatasetPlace PlaceOf(InspectionImage image)
    {
        var file = Clean(image.Name[(image.Name.LastIndexOfAny(['/', '\\']) + 1)..], "image");
        var (stem, extension) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        if (stem.Length == 0)
            (stem, extension) = (file.TrimStart('.'), "");
        var (images, masks) = FoldersOf(image);
        var free = stem;
        // A mask finds its image by the name without its ending: that must be the only one of its folder.
        for (var number = 2; !Take($"{images}/{free}"); number++)
            free = $"{stem}-{number}";
        return new DatasetPlace($"{images}/{free}{extension}", $"{masks}/{free}{DatasetPath.MaskSuffix}.png");
    }

    /// <summary>
    /// Whatever the case: unpacked on Windows, two spellings would be one file. Two names of one hash would only give the second a
    /// number that it does not need, the same one every time.
    /// </summary>
    private bool Take(string path) =>
        taken.Add(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToUpperInvariant()))));

    private static (string Images, string Masks) FoldersOf(InspectionImage image)
    {
        var kind = KindOf(image);
        return image.Split switch
        {
            ImageSplit.Support => ("train/good", "ground_truth/good"),
            ImageSplit.Test => ($"test/{kind}", $"ground_truth/{kind}"),
            _ => ($"unassigned/{kind}", $"unassigned_ground_truth/{kind}"),
        };
    }

    private static string KindOf(InspectionImage image)
    {
        switch (image.Label)
        {
            case ImageLabel.Normal:
                return DatasetPath.Good;
            case ImageLabel.Unknown:
                return DatasetPath.Unknown;
            default:
                if (image.DefectType is not { } type)
                    return DatasetPath.Defective;
                var name = Clean(type, DatasetPath.Defective);
                // A type that is called like one of the words that mean something else.
                return name is DatasetPath.Good or DatasetPath.Unknown or DatasetPath.Defective ? name + "_" : name;
        }
    }

    /// <summary>A name that every file system takes. What is changed here stands unchanged in <c>images.jsonl</c>.</summary>
    private static string Clean(string name, string instead)
    {
        var cleaned = new string([.. name.Select(c => char.IsControl(c) || NotInFileNames.Contains(c, StringComparison.Ordinal) ? '_' : c)]);
        cleaned = cleaned.Trim().TrimEnd('.', ' ');
        return cleaned.Length == 0 ? instead : cleaned;
    }
}
