using System.Diagnostics;

namespace FewShotAD.Portal.Tests.Support;

/// <summary>A process with one test in it, for what is measured of a process: what other tests take and free meanwhile would count.</summary>
internal static class OwnProcess
{
    private const string Mark = "FEWSHOTAD_OWN_PROCESS";

    /// <summary>Whether this process was started for one test.</summary>
    public static bool IsThis => Environment.GetEnvironmentVariable(Mark) is not null;

    /// <summary>Runs the test that calls it again, in a process of its own; fails with what that process said if the test fails there.</summary>
    public static async Task PassesAsync(ITestOutputHelper output, CancellationToken ct)
    {
        var (type, method) = (TestContext.Current.TestClass!.TestClassName, TestContext.Current.TestMethod!.MethodName);
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--ansi", "off", "--progress", "off", "--show-live-output", "on", "--filter-method", $"{type}.{method}"])
        {
            RedirectStandardOutput = true,
            Environment = { [Mark] = "1" },
        };
        using var process = Process.Start(start)!;
        try
        {
            var said = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            Assert.True(process.ExitCode == 0, said);
            foreach (var line in said.Split('\n').Where(line => line.StartsWith("OUTPUT: ", StringComparison.Ordinal)))
                output.WriteLine(line[(line.IndexOf("] ", StringComparison.Ordinal) + 2)..]);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
