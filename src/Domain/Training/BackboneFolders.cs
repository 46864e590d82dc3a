using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>The files that a backbone's weights will be read from.</summary>
/// <param name="Paths">In the order of <see cref="BackboneChoice.Files"/>, or the one file of the user's own.</param>
/// <param name="Published">Whether they have the published names, so that their hashes are known.</param>
public sealed record LocalWeights(IReadOnlyList<string> Paths, bool Published);

/// <summary>Where backbones' files may lie. The portal says by it what is there and the training program takes what is there: one rule.</summary>
/// <param name="Given">Named by the user; the only folder in which files may have other names than the published ones. Null when none was named.</param>
/// <param name="Program">The folder beside the training program that the build fills.</param>
/// <param name="Cache">Where downloads go; null for an account without a home.</param>
public sealed record BackboneFolders(string? Given, string Program, string? Cache)
{
    private static readonly string[] OwnExtensions = [".pth", ".safetensors"];

    /// <param name="given">Absolute, or null or empty.</param>
    /// <param name="programFolder">The folder that holds the training program.</param>
    public static BackboneFolders Of(string? given, string programFolder) =>
        new(string.IsNullOrWhiteSpace(given) ? null : given, Path.Combine(programFolder, "backbones"), UserCache());

    /// <summary>The folders in the order in which they are looked into.</summary>
    public IReadOnlyList<string> For(BackboneChoice backbone)
    {
        string?[] folders = [Given is null ? null : Path.Combine(Given, backbone.Name), Given, Path.Combine(Program, backbone.Name), CacheOf(backbone)];
        return [.. folders.OfType<string>()];
    }

    public string? CacheOf(BackboneChoice backbone) => Cache is null ? null : Path.Combine(Cache, backbone.Name);

    /// <summary>The first complete set of files; null when there is none.</summary>
    public Result<LocalWeights?> Find(BackboneChoice backbone)
    {
        foreach (var folder in For(backbone))
        {
            string[] published = [.. backbone.Files.Select(file => Path.Combine(folder, file.Name))];
            if (published.All(File.Exists))
                return new LocalWeights(published, Published: true);
            var own = Own(backbone, folder);
            if (own.Length > 1)
                return new AmbiguousWeights(backbone.Title, folder, string.Join(", ", own.Select(Path.GetFileName)));
            if (own.Length == 1)
                return new LocalWeights(own, Published: false);
        }

        return Result<LocalWeights?>.Ok(null);
    }

    /// <summary>Any file in the backbone's own folder; directly in the folder given those that begin with the backbone's name.</summary>
    private string[] Own(BackboneChoice backbone, string folder)
    {
        var directly = folder == Given;
        if (Given is null || !backbone.TakesOwnFiles || !(directly || folder == Path.Combine(Given, backbone.Name)) || !Directory.Exists(folder))
            return [];
        return
        [
            .. Directory.EnumerateFiles(folder)
                .Where(path => OwnExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                // Other publishers write efficientnet-b4.
                .Where(path => !directly || Path.GetFileName(path).Replace('-', '_').StartsWith(backbone.Name, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string? UserCache()
    {
        if (OperatingSystem.IsWindows())
            return Below(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "FewShotAD");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS())
            return Below(home, "Library", "Caches", "fewshotad");
        // The XDG base directory specification ignores a relative path.
        var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        return Path.IsPathFullyQualified(named ?? "") ? Below(named!, "fewshotad") : Below(home, ".cache", "fewshotad");
    }

    private static string? Below(string folder, params string[] names) => folder.Length == 0 ? null : Path.Combine([folder, .. names, "backbones"]);
}

public sealed record AmbiguousWeights(string Backbone, string Folder, string Names) : Error(
    ErrorKind.Invalid, "backbone.ambiguous", $"More than one file in {Folder} could be the weights of {Backbone}: {Names}. Leave one of them there.");
