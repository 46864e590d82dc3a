using System.Runtime.InteropServices;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>
/// What must be said to the C library before libtorch is loaded. Other systems than Linux with glibc do without: slower, nothing else.
/// </summary>
public static partial class NativeRuntime
{
    // Names and numbers of glibc's malloc.h.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapMaximum = -4;
    private const int TopPadBytes = 64 << 20;

    /// <summary>Call once, first. What the environment already says is left as it is.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            WaitWithoutSpinning();
            KeepFreedPages();
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without mallopt (musl).
        }
    }

    /// <summary>Gives freed memory back to the system all the same, so that what a piece of work takes can be seen from outside.</summary>
    public static void ReturnFreedPages()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = TrimMemory(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without malloc_trim (musl).
        }
    }

    /// <summary>
    /// OpenMP's threads spin while they wait, which takes the processor from whoever works: beside other busy processes a run took
    /// 2.3 times as long (68 s instead of 30 s), on a quiet machine there is no difference. libgomp reads the variable when it is
    /// loaded; .NET's own environment is a copy that native code does not see.
    /// </summary>
    private static void WaitWithoutSpinning() => _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);

    /// <summary>
    /// By default every large tensor is mapped afresh and given back when freed, and half of a step's time goes into page faults.
    /// Freed pages are kept instead; the next step needs them again.
    /// </summary>
    private static void KeepFreedPages()
    {
        _ = SetMallocOption(MapMaximum, 0);
        _ = SetMallocOption(TrimThreshold, int.MaxValue);
        _ = SetMallocOption(TopPad, TopPadBytes);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimMemory(nuint padding);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
