using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>The image files of a folder, by name; what they really are is decided when they are read.</summary>
internal static class ImageFolder
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"];

    /// <param name="recursive">Also the folders below.</param>
    /// <returns>Ids are paths relative to the folder, with forward slashes on every system.</returns>
    public static Result<IReadOnlyList<JobImage>> List(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder))
            return Result<IReadOnlyList<JobImage>>.Fail(new FolderMissing(folder));
        var options = new EnumerationOptions { RecurseSubdirectories = recursive, IgnoreInaccessible = true };
        var images = Directory.EnumerateFiles(folder, "*", options)
            .Where(path => Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            .Select(path => new JobImage(Path.GetRelativePath(folder, path).Replace('\\', '/'), path))
            .OrderBy(image => image.Id, StringComparer.Ordinal)
            .ToArray();
        return images.Length == 0 ? Result<IReadOnlyList<JobImage>>.Fail(new FolderEmpty(folder)) : images;
    }
}

public sealed record FolderMissing(string Folder) : Error(ErrorKind.NotFound, "folder.missing", $"There is no folder {Folder}.");

public sealed record FolderEmpty(string Folder)
    : Error(ErrorKind.Invalid, "folder.empty", $"The folder {Folder} holds no image file (PNG, JPEG, BMP, TIFF or WebP).");
