namespace FewShotAD.Infrastructure.Hosting;

/// <summary>Room on the file system of a folder.</summary>
internal static class DiskRoom
{
    /// <summary>Bytes below which a node counts as full: it is not ready, and training that met the end of the disk waits.</summary>
    public const long Least = 256L << 20;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static long FreeAt(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    /// <param name="pause">At least so long: the disk that was full may be another one, or a quota that the system does not tell.</param>
    public static async Task WaitAsync(string folder, TimeSpan pause, TimeProvider time, CancellationToken ct)
    {
        await Task.Delay(pause, time, ct);
        while (FreeAt(folder) < Least)
            await Task.Delay(Look, time, ct);
    }
}
