using FewShotAD.Domain.Common;
using FewShotAD.Domain.Projects;

namespace FewShotAD.Domain.Models.Portable;

/// <summary>What a manifest must be beyond its types, wherever it comes from.</summary>
internal static class PortableModelRules
{
    private const int HashLength = 64;
    private const int MostEntries = 5_000;
    private const int NameMaxLength = 1_000;
    private const int MostVersion = 1_000_000_000;

    /// <returns>Null for one that can be used.</returns>
    public static Error? Check(PortableModel model)
    {
        var valid = model.Recipe.Validate();
        if (!valid.Succeeded)
            return new BundleManifestInvalid($"its recipe is not possible: {valid.Error.Message}");
        if (model.Method != model.Recipe.Method || model.Backbone.Name != model.Recipe.Backbone)
            return new BundleManifestInvalid("its method or backbone is not that of its recipe");
        if (model.Project.Trim().Length is 0 or > Project.NameMaxLength || model.Description.Length > Project.DescriptionMaxLength || model.Version is < 1 or > MostVersion)
            return new BundleManifestInvalid("its project or version is not possible");
        if (!IsHash(model.DataHash) || !IsHash(model.Origin.Data.Hash) || !AreCounts(model))
            return new BundleManifestInvalid("its hashes or counts are not possible");
        if (!model.Fitted.Move(model.Line).Succeeded || !model.Fitted.Move(model.Fitted.Thresholds()).Succeeded)
            return new BundleManifestInvalid("its line is not possible");
        if (model.Tolerance is not (> 0 and <= PortableModel.MaxTolerance))
            return new BundleManifestInvalid("its tolerance is none: what may be further off than one in a hundred proves nothing");
        if (model.ShotScores is { } scores && scores.Count != model.Recipe.Shots)
            return new BundleManifestInvalid("it does not have one score for each shot");
        return Files(model);
    }

    private static bool AreCounts(PortableModel model)
    {
        var data = model.Origin.Data;
        return model.Support.Count == model.Recipe.Shots && model.Support.All(shot => shot.Sha256 is null || IsHash(shot.Sha256))
            && data is { Support: >= 0, Categories: >= 0, CategoryImages: >= 0, Test: >= 0 } && model.Missing >= 0
            && Texts(model).All(text => text is null or { Length: <= NameMaxLength });
    }

    private static IEnumerable<string?> Texts(PortableModel model) =>
        [
            model.Origin.CodeVersion, model.Origin.LibraryVersions, model.Origin.Device, .. model.Support.Select(shot => shot.Name),
            .. model.Training.Select(category => category.Name), .. model.Golden.SelectMany(golden => new[] { golden.Name, golden.Why }),
        ];

    private static BundleManifestInvalid? Files(PortableModel model)
    {
        if (model.Entries.Count > MostEntries || model.Entries.Any(entry => entry.Bytes < 0 || !IsHash(entry.Sha256) || entry.Path.Length is 0 or > NameMaxLength))
            return new BundleManifestInvalid("its list of files is not possible");
        var paths = model.Entries.Select(entry => entry.Path).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (paths.Count != model.Entries.Count || !paths.Contains(PortableFile.Model) || paths.Contains(PortableFile.Manifest))
            return new BundleManifestInvalid("its list of files names one twice, or no model");
        if (model.Golden.Count is 0 or > PortableModel.MostGolden)
            return new BundleManifestInvalid($"it has not 1 to {PortableModel.MostGolden} golden images");
        if (model.Golden.Any(golden => golden.Map.Grid.Count != MapSummary.GridSide * MapSummary.GridSide || !IsHash(golden.Map.Sha256)))
            return new BundleManifestInvalid("the map of a golden image is not described");
        string[] named = [PortableFile.Model, .. model.Golden.Select(golden => golden.Path), .. model.Training.SelectMany(category => category.Images)];
        if (!paths.SetEquals(named))
            return new BundleManifestInvalid("it names a file that is not listed, or lists one that nothing needs");
        return null;
    }

    private static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);
}
