using FewShotAD.Domain.Common;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>The backbones with pretrained weights that a recipe may name.</summary>
public static class BackboneCatalog
{
    internal const string Remedy = "Run 'node build/npm/restore-assets.mjs .npm-assets' in the source folder and build again.";

    /// <summary>Where the build puts weights: beside the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "backbones");

    public static IReadOnlyList<BackboneCard> Cards { get; } = [MobileNetV2.TheCard];

    /// <summary>A backbone whose weights are still to be filled in. The caller owns it.</summary>
    public static Result<Backbone> Create(string name) =>
        name == MobileNetV2.Key ? Result<Backbone>.Ok(new MobileNetV2()) : new UnknownBackbone(name);

    /// <summary>A backbone with its pretrained weights. The caller owns it.</summary>
    public static Result<Backbone> Load(string name, string folder)
    {
        if (name != MobileNetV2.Key)
            return new UnknownBackbone(name);
        var loaded = MobileNetV2Weights.Load(folder);
        return loaded.Succeeded ? loaded.Value : Result<Backbone>.Fail(loaded.Error);
    }
}

public sealed record UnknownBackbone(string Name) : Error(
    ErrorKind.Invalid, "backbone.unknown",
    $"There is no backbone “{Name}”: choose {string.Join(", ", BackboneCatalog.Cards.Select(card => card.Name))}.");
