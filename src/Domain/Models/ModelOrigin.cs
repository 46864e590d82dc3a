using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models;

/// <summary>By what a model was made and from what; written down with its content and changed with nothing else.</summary>
/// <param name="CodeVersion">Of the training program, with its commit; null where it did not say.</param>
/// <param name="LibraryVersions">TorchSharp, libtorch and .NET.</param>
public sealed record ModelOrigin(string? CodeVersion, string? LibraryVersions, SnapshotFigures Data)
{
    /// <param name="codeVersion">What the model itself says, before what its run says.</param>
    public static ModelOrigin Of(TrainingRun run, string? codeVersion = null, string? libraryVersions = null) =>
        new(codeVersion ?? run.CodeVersion, libraryVersions ?? run.LibraryVersions, run.Snapshot.Figures());
}
