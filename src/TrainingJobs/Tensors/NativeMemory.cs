using System.Runtime.InteropServices;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>Settings of the C library's allocator, which libtorch takes its tensors from.</summary>
internal static partial class NativeMemory
{
    // Names and numbers of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapMaximum = -4;
    private const int TopPadBytes = 64 << 20;

    /// <summary>
    /// By default every large tensor is mapped afresh and given back when freed, and half of the time of a step goes into page
    /// faults. Freed pages are kept instead; the next step needs them again. Other systems do without.
    /// </summary>
    public static void KeepFreedPages()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetMallocOption(MapMaximum, 0);
            _ = SetMallocOption(TrimThreshold, int.MaxValue);
            _ = SetMallocOption(TopPad, TopPadBytes);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without mallopt (musl): slower, nothing else.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);
}
