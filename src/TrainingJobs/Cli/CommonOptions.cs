using System.CommandLine;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>Options that every command understands.</summary>
internal static class CommonOptions
{
    public static Option<string> Device { get; } = new("--device")
    {
        Description = $"Where to compute: {Compute.Choices}.",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<string?> Backbones { get; } = new("--backbones")
    {
        Description = "A folder with files of backbones to look into first: DIR/NAME/, or DIR itself with files that begin with NAME.",
    };

    public static Option<int> Threads { get; } = new("--threads")
    {
        Description = "Processor threads, 0 for all; the same number gives the same bits.",
        DefaultValueFactory = _ => 0,
    };

    /// <summary>The folder that <see cref="Backbones"/> names, absolute; null without the option.</summary>
    public static string? BackboneFolder(ParseResult parsed) => parsed.GetValue(Backbones) is { } folder ? Path.GetFullPath(folder) : null;
}
