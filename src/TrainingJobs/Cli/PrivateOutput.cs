using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FewShotAD.TrainingJobs.Cli;

/// <summary>
/// Standard output, taken away from everybody else: the line to the parent keeps a duplicate of it, and descriptor 1 is pointed at
/// standard error, so that a native library's chatter can never stand inside a message.
/// </summary>
internal static partial class PrivateOutput
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>Call once. The caller disposes the stream.</summary>
    public static Stream Take()
    {
        Stream stream;
        if (OperatingSystem.IsWindows())
        {
            stream = Console.OpenStandardOutput();
        }
        else
        {
            var own = Duplicate(StandardOutput);
            if (own < 0 || Redirect(StandardError, StandardOutput) < 0)
                throw new IOException("Standard output cannot be taken over.");
            stream = new FileStream(new SafeFileHandle(own, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        }

        Console.SetOut(Console.Error);
        return stream;
    }

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Redirect(int from, int to);
}
