using System.Globalization;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>
/// How much memory a piece of work takes beyond what the process held before it. Linux keeps the largest resident size of a process
/// (VmHWM) and forgets it when 5 is written into <c>clear_refs</c>; other systems have no such reset.
/// </summary>
public static class PeakMemory
{
    private const string Status = "/proc/self/status";
    private const string ClearReferences = "/proc/self/clear_refs";

    /// <summary>Bytes, or null where the system does not tell.</summary>
    public static long? Of(Action work)
    {
        // Pages that earlier work left in the allocator would hide what this work needs.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        NativeRuntime.ReturnFreedPages();
        var before = Reset() ? Read("VmRSS:") : null;
        work();
        return before is { } start && Read("VmHWM:") is { } peak ? Math.Max(0, peak - start) : null;
    }

    private static bool Reset()
    {
        try
        {
            File.WriteAllText(ClearReferences, "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? Read(string key)
    {
        // "VmHWM:	  123456 kB"
        var line = File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(key, StringComparison.Ordinal));
        return line is not null && long.TryParse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : null;
    }
}
