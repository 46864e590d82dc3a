using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>
/// Fetches a weight file over HTTPS, through the proxy that the environment names. What has arrived lies in a part file beside the
/// target and is gone on from, after an error as well as after a restart; the target appears whole and checked, or not at all.
/// </summary>
public sealed class WeightDownload
{
    /// <summary>Attempts in a row that bring nothing.</summary>
    private const int Attempts = 5;

    private static readonly HttpClient Client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20), MaxAutomaticRedirections = 5 })
    {
        // The silence of a server is bounded by Patience; a slow line is not an error.
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { { "User-Agent", "FewShotAD" } },
    };

    /// <summary>Ahead of the second attempt; twice as long before each one after it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may send nothing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <param name="target">Its folder is made when it is missing. A process that fetches the same file waits for the other.</param>
    /// <param name="say">Gets sentences on the progress.</param>
    /// <exception cref="OperationCanceledException">Cancelled; what has arrived stays.</exception>
    /// <exception cref="IOException">The disk is full; what has arrived stays.</exception>
    public async Task<Result> FetchAsync(WeightFile file, string target, Action<string> say, CancellationToken ct)
    {
        if (file.Address is null || !IsSafe(file.Address))
            return new DownloadFailed($"{file.Name} has no address with HTTPS");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var turn = await WaitForTurnAsync(target + ".lock", say, ct);
            // Another process may have brought it while this one waited.
            return File.Exists(target) ? Result.Ok : await FetchAloneAsync(file, target, say, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !FullDisk.Is(e))
        {
            return new DownloadFailed($"{target} cannot be written: {e.Message}");
        }
    }

    /// <summary>HTTPS, or this very machine.</summary>
    internal static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || address is { Scheme: "http", IsLoopback: true };

    private async Task<Result> FetchAloneAsync(WeightFile file, string target, Action<string> say, CancellationToken ct)
    {
        var part = new PartFile(target + ".part");
        var resumed = part.Length > 0;
        say($"Fetching {file.Name}, about {file.Megabytes} MB, from {file.Address}{(resumed ? $", going on after {part.Length >> 20} MB" : "")}.");
        for (var failures = 0; ;)
        {
            var before = part.Length;
            var attempt = await new DownloadAttempt(Client, file, part, Patience).RunAsync(say, ct);
            if (attempt.Complete)
            {
                var hash = await part.HashAsync(ct);
                if (hash.StartsWith(file.Sha256, StringComparison.Ordinal))
                    break;
                part.Delete();
                // The beginning came from an earlier time: the whole, all from now, gets one chance.
                if (!resumed)
                    return new DownloadFailed($"what {file.Address} sent has the SHA-256 {hash}, not one that begins with {file.Sha256}, and was thrown away");
                resumed = false;
                continue;
            }

            if (!attempt.Again)
                return new DownloadFailed($"{file.Address}: {attempt.Why}");
            failures = part.Length > before ? 1 : failures + 1;
            if (failures == Attempts)
                return new DownloadFailed($"{file.Address}: {attempt.Why}, {Attempts} times in a row");
            var pause = FirstPause * (1 << (failures - 1));
            say($"The download of {file.Name} stopped: {attempt.Why}. It goes on in {pause.TotalSeconds:0} s.");
            await Task.Delay(pause, ct);
        }

        part.MoveTo(target);
        say($"{file.Name} lies in {Path.GetDirectoryName(target)} now.");
        return Result.Ok;
    }

    /// <summary>A lock file that only one process can hold. It stays there, empty: deleting it could take another's lock away.</summary>
    private static async Task<FileStream> WaitForTurnAsync(string path, Action<string> say, CancellationToken ct)
    {
        for (var waited = false; ; waited = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path))
            {
                if (!waited)
                    say("Another process is fetching this file; waiting for it.");
                await Task.Delay(TimeSpan.FromMilliseconds(300), ct);
            }
        }
    }
}

public sealed record DownloadFailed(string Why) : Error(ErrorKind.Unavailable, "backbone.download", Why);
