using FewShotAD.Domain.Models;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>A place for a scoring process: starts one when it is asked and none is there, and again after a crash, each time a little later.</summary>
/// <param name="start">Starts a process.</param>
internal sealed class ScoringWorker(Func<CancellationToken, Task<ScoringProcess>> start, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim starting = new(1);
    private volatile ScoringProcess? process;
    private DateTimeOffset notBefore;
    private int failures;
    private int users;

    /// <summary>The id of its process, null while it has none.</summary>
    public int? ProcessId => process is { HasEnded: false } running ? running.Id : null;

    /// <summary>Requests that were given to it and have no answer yet.</summary>
    public int Users => Volatile.Read(ref users);

    public DateTimeOffset LastUsed { get; private set; } = time.GetUtcNow();

    /// <exception cref="ScoringProcessEndedException">The process ended before it answered, or could not be started.</exception>
    public async Task<ScoringFrame<ScoringAnswer>> AskAsync(Func<long, ScoringRequest> make, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        Interlocked.Increment(ref users);
        try
        {
            var running = await RunningAsync(ct);
            var answer = await running.AskAsync(make, body, ct);
            Volatile.Write(ref failures, 0);
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref users);
            LastUsed = time.GetUtcNow();
        }
    }

    /// <summary>Stops the process if nobody has asked for it since <paramref name="before"/>.</summary>
    public async Task StopIfUnusedAsync(DateTimeOffset before)
    {
        if (process is null || Users > 0 || LastUsed > before)
            return;
        await starting.WaitAsync();
        try
        {
            // Who came meanwhile waits for the semaphore and starts a new one.
            if (process is { } running && running.Waiting == 0)
            {
                process = null;
                await running.DisposeAsync();
                log.LogInformation("Scoring process {Id} was idle and is stopped", running.Id);
            }
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await starting.WaitAsync();
        if (process is { } running)
            await running.DisposeAsync();
        process = null;
        starting.Release();
    }

    private async Task<ScoringProcess> RunningAsync(CancellationToken ct)
    {
        if (process is { HasEnded: false } running)
            return running;
        await starting.WaitAsync(ct);
        try
        {
            if (process is { HasEnded: false } started)
                return started;
            if (process is { } dead)
            {
                Fail();
                process = null;
                await dead.DisposeAsync();
            }

            var pause = notBefore - time.GetUtcNow();
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, time, ct);
            try
            {
                return process = await start(ct);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "The scoring process could not be started");
                Fail();
                throw e as ScoringProcessEndedException ?? new ScoringProcessEndedException(ProcessEnd.NotStarted, e.Message);
            }
        }
        finally
        {
            starting.Release();
        }
    }

    /// <summary>The first failure after a success costs no pause, then 1, 2, 4 … seconds.</summary>
    private void Fail()
    {
        var count = Interlocked.Increment(ref failures);
        if (count > 1)
            notBefore = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, count - 2)));
    }
}
