using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Section <c>Backbones</c>: where files of backbones lie beside the usual folders.</summary>
public sealed class BackboneOptions
{
    public const string Section = "Backbones";

    /// <summary>A folder that runs look into first. Relative to the portal's own folder; empty when there is none.</summary>
    public string Directory { get; set; } = "";

    /// <summary>Absolute; null when there is none.</summary>
    public string? FullPath => string.IsNullOrWhiteSpace(Directory) ? null : Path.GetFullPath(Directory, AppContext.BaseDirectory);
}

/// <summary>Says at start what a run would otherwise say at night.</summary>
internal sealed class BackboneOptionsValidation : IValidateOptions<BackboneOptions>
{
    public ValidateOptionsResult Validate(string? name, BackboneOptions options) =>
        options.FullPath is not { } folder || System.IO.Directory.Exists(folder)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Backbones:Directory names “{folder}”, which is no folder. Make it, correct the path, or leave the setting out.");
}
