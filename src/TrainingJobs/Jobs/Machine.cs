using System.Runtime.InteropServices;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>On what, and by which code, figures were measured.</summary>
public sealed record Machine(
    string Processor, int Cores, string System, int Threads, string Device, string DeviceReason, string Libraries, string Code)
{
    private const string Information = "/proc/cpuinfo";

    public static Machine Of(Compute compute) => new(
        ProcessorName(), Environment.ProcessorCount, RuntimeInformation.OSDescription, compute.Threads, compute.Name, compute.Reason,
        BuildInfo.LibraryVersions, BuildInfo.CodeVersion);

    private static string ProcessorName()
    {
        if (!File.Exists(Information))
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
        var line = File.ReadLines(Information).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
