using System.Diagnostics;
using System.Globalization;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Jobs.Worker;

/// <summary>
/// <c>work/{run}</c>, held by one attempt at a time: a lock file keeps a second attempt of ours out, and a worker that an
/// earlier, killed portal left behind is waited for, then killed, before the directory is given away.
/// </summary>
internal sealed class WorkDirectory : IDisposable
{
    /// <summary>A worker whose parent died sees the end of its input and stops; after this long it is not believed to.</summary>
    private static readonly TimeSpan OrphanPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly FileStream held;

    private WorkDirectory(string path, FileStream held) => (Root, this.held) = (path, held);

    public string Root { get; }

    public string Manifest => Path.Combine(Root, "job.json");

    private string WorkerFile => WorkerFileIn(Root);

    /// <exception cref="IOException">Another attempt holds the directory and does not let go.</exception>
    public static async Task<WorkDirectory> OpenAsync(string work, RunId run, TimeProvider time, CancellationToken ct)
    {
        var root = PathOf(work, run);
        Directory.CreateDirectory(root);
        var deadline = time.GetUtcNow() + LockPatience;
        while (true)
        {
            try
            {
                var held = new FileStream(Path.Combine(root, "attempt.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                var directory = new WorkDirectory(root, held);
                await directory.WaitForOrphanAsync(time, ct);
                return directory;
            }
            catch (IOException e) when (!FullDisk.Is(e) && time.GetUtcNow() < deadline)
            {
                await Task.Delay(Poll, time, ct);
            }
        }
    }

    public static string PathOf(string work, RunId run) => Path.Combine(work, run.ToString());

    /// <summary>Deletes the directory of a run that is over.</summary>
    public static void Delete(string work, RunId run)
    {
        var root = PathOf(work, run);
        if (Directory.Exists(root))
            Directory.Delete(root, recursive: true);
    }

    /// <summary>Whether a worker process lives that was started for the directory.</summary>
    public static bool HasLivingWorker(string root)
    {
        using var worker = FindWorker(WorkerFileIn(root));
        return worker is not null;
    }

    /// <summary>Writes down who works here, for the attempt after a crash of the portal.</summary>
    public void Remember(Process worker)
    {
        try
        {
            // Start time beside the id: the system gives ids of ended processes to new ones.
            var text = string.Create(CultureInfo.InvariantCulture, $"{worker.Id} {worker.StartTime.ToUniversalTime().Ticks}");
            File.WriteAllText(WorkerFile, text);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended already: there is nobody to remember.
        }
    }

    /// <summary>The full path of a file that the worker names.</summary>
    /// <exception cref="InvalidDataException">The path leaves the directory: the worker has gone wrong.</exception>
    public string Resolve(string relative)
    {
        var path = Path.GetFullPath(relative, Root);
        return path.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidDataException($"The training process named “{relative}”, which is outside its work directory.");
    }

    public void Dispose() => held.Dispose();

    private static string WorkerFileIn(string root) => Path.Combine(root, "worker.pid");

    private static Process? FindWorker(string file)
    {
        if (!File.Exists(file))
            return null;
        var parts = File.ReadAllText(file).Split(' ');
        if (parts.Length != 2
            || !int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            || !long.TryParse(parts[1], CultureInfo.InvariantCulture, out var startTicks))
            return null;
        try
        {
            var process = Process.GetProcessById(id);
            // The system reports start times to a hundredth of a second, and computes them anew in every process.
            var apart = (process.StartTime.ToUniversalTime() - new DateTime(startTicks, DateTimeKind.Utc)).Duration();
            if (apart < TimeSpan.FromSeconds(2) && !process.HasExited)
                return process;
            process.Dispose();
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null; // gone, or another user's and so not ours
        }
    }

    private async Task WaitForOrphanAsync(TimeProvider time, CancellationToken ct)
    {
        using var orphan = FindWorker(WorkerFile);
        if (orphan is null)
            return;
        try
        {
            using var patience = new CancellationTokenSource(OrphanPatience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
            await orphan.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            orphan.Kill(entireProcessTree: true);
            await orphan.WaitForExitAsync(ct);
        }
    }
}
