using System.Diagnostics;

namespace FewShotAD.TestKit;

/// <summary>A file system of its own, in memory and so small that a test can fill it to the last byte. To mount it takes root, or sudo.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private const int Chunk = 1 << 20;

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<SmallDisk> MountAsync(int megabytes, CancellationToken ct)
    {
        var path = Directory.CreateTempSubdirectory("fewshotad-disk-").FullName;
        await RunAsync(ct, "mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0777", "tmpfs", path);
        return new SmallDisk(path);
    }

    /// <summary>Leaves no byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = Chunk; size > 0; size /= 2)
        {
            try
            {
                while (true)
                    file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // No room for a piece of this size; for a smaller one there may be.
            }
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync(CancellationToken.None, "umount", Path);
        Directory.Delete(Path);
    }

    private static async Task RunAsync(CancellationToken ct, params string[] command)
    {
        if (Environment.UserName != "root")
            command = ["sudo", "-n", .. command];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        var said = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"“{string.Join(' ', command)}” failed: {said} These tests fill a small file system, which takes root or sudo to mount.");
    }
}
