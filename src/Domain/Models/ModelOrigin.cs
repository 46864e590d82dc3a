using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models;

/// <summary>By what a model was made and from what; written down with its content and changed with nothing else.</summary>
/// <param name="CodeVersion">Of the training program, with its commit; null where it did not say.</param>
/// <param name="LibraryVersions">TorchSharp, libtorch and .NET.</param>
/// <param name="Imported">Where it came from in a bundle; null for one that was trained here.</param>
/// <param name="Reproduces">The version that its run was to make again; null for any other.</param>
public sealed record ModelOrigin(
    string? CodeVersion, string? LibraryVersions, SnapshotFigures Data, ImportedModel? Imported = null, ReproducedVersion? Reproduces = null)
{
    /// <param name="codeVersion">What the model itself says, before what its run says.</param>
    public static ModelOrigin Of(TrainingRun run, string? codeVersion = null, string? libraryVersions = null) =>
        new(codeVersion ?? run.CodeVersion, libraryVersions ?? run.LibraryVersions, run.Snapshot.Figures(), Reproduces: run.Reproduces);
}

/// <summary>How a version came in a bundle.</summary>
/// <param name="Sha256">Of the bundle's file.</param>
/// <param name="Project">What its project is called there, with <paramref name="Version"/> there.</param>
/// <param name="By">Who imported it, by the name of then.</param>
/// <param name="Transfer">The import that did it.</param>
public sealed record ImportedModel(string Sha256, string Project, int Version, string By, DateTimeOffset At, Guid Transfer, int GoldenImages, bool SameBits);
