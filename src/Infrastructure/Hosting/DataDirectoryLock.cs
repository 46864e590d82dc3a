using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>The data directory is in use by another process that is alive.</summary>
public sealed class DataDirectoryInUseException(string directory, Exception inner) : IOException(
    $"The data directory “{directory}” is in use by another FewShotAD process. Stop that process, or give this one a DataDirectory of its own.", inner);

/// <summary>
/// Holds the data directory for this process: SQLite would stand a second one, but both would recover, sweep and queue the same
/// runs. The system lets go of the lock with the process, however that ends.
/// </summary>
internal sealed class DataDirectoryLock(DataPaths paths, ILogger<DataDirectoryLock> log) : IHostedService, IDisposable
{
    private FileStream? held;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        held = Take(paths);
        log.LogInformation("Data directory {Directory}, node {Node}", paths.Root, paths.Node);
        return Task.CompletedTask;
    }

    /// <returns>The lock until it is disposed; null while another process has it.</returns>
    public static IDisposable? TryTake(DataPaths paths)
    {
        try
        {
            return Take(paths);
        }
        catch (DataDirectoryInUseException)
        {
            return null;
        }
    }

    private static FileStream Take(DataPaths paths)
    {
        Directory.CreateDirectory(paths.Root);
        try
        {
            return new FileStream(Path.Combine(paths.Root, "portal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DataDirectoryInUseException(paths.Root, e);
        }
    }

    // Not let go here but in Dispose: other services still write while they stop.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => held?.Dispose();
}
