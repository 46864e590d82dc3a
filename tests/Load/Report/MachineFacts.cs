using System.Diagnostics;
using System.Runtime.InteropServices;
using FewShotAD.TestKit;

namespace FewShotAD.Load.Report;

/// <summary>What figures depend on and a reader cannot see.</summary>
internal static class MachineFacts
{
    public static IReadOnlyDictionary<string, string> Read() => new Dictionary<string, string>
    {
        ["machine"] = $"{Environment.ProcessorCount} cores ({ProcessorName()}), {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MB, {RuntimeInformation.OSDescription}",
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["portal"] = FileVersionInfo.GetVersionInfo(PortalProcess.Program).ProductVersion ?? "unknown",
        ["load at the start"] = LoadAverage(),
    };

    /// <summary>Of the last 1, 5 and 15 minutes.</summary>
    public static string LoadAverage() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";

    private static string ProcessorName() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
        : "unknown";
}
