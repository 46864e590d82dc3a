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

    public static Option<int> Threads { get; } = new("--threads")
    {
        Description = "Processor threads, 0 for all; the same number gives the same bits.",
        DefaultValueFactory = _ => 0,
    };
}
