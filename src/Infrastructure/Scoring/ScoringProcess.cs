using System.Collections.Concurrent;
using System.Diagnostics;
using FewShotAD.Domain.Models;
using FewShotAD.Infrastructure.Jobs.Worker;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>What a request was doing when its process ended.</summary>
internal enum ProcessEnd
{
    /// <summary>The process never became ready.</summary>
    NotStarted,

    /// <summary>It waited behind others.</summary>
    Waiting,

    /// <summary>It was being worked on, so it may be what ended the process.</summary>
    Suspect,
}

/// <summary>The process ended, or its channel broke, before it answered.</summary>
internal sealed class ScoringProcessEndedException(ProcessEnd end, string how) : IOException(how)
{
    public ProcessEnd End => end;
}

/// <summary>One <c>fewshotad serve</c>: frames out, frames in, and every request that waits for an answer.</summary>
internal sealed class ScoringProcess : IAsyncDisposable
{
    private const int TailLines = 20;

    /// <summary>Loading the tensor library takes a second or two; on a machine that is very busy, longer.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly ConcurrentDictionary<long, Asked> asked = new();
    private readonly ConcurrentQueue<string> tail = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly TaskCompletionSource<ScoringAnswer.Ready> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task ended;
    private long lastId;
    private long heard;
    private volatile bool over;

    private ScoringProcess(Process process, TimeSpan patience, TimeProvider time, ILogger log)
    {
        (this.process, this.patience, this.time, this.log) = (process, patience, time, log);
        Id = process.Id;
        heard = time.GetTimestamp();
        ended = Task.WhenAll(ReadAnswersAsync(), ReadErrorsAsync());
    }

    public int Id { get; }

    /// <summary>Whether it no longer answers, for whatever reason.</summary>
    public bool HasEnded => over;

    public int Waiting => asked.Count;

    /// <param name="executable">Full path; a <c>.dll</c> is run with <c>dotnet</c>.</param>
    /// <param name="patience">Who waits so long without hearing anything at all ends the process: it hangs.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The system cannot start it.</exception>
    /// <exception cref="ScoringProcessEndedException">It ended, or speaks another version.</exception>
    public static async Task<ScoringProcess> StartAsync(
        string executable, IEnumerable<string> arguments, string folder, TimeSpan patience, TimeProvider time, ILogger log, CancellationToken ct)
    {
        var start = WorkerProcess.StartInfo(executable, arguments, folder);
        var process = Process.Start(start) ?? throw new InvalidOperationException("The system started no process.");
        var started = new ScoringProcess(process, patience, time, log);
        try
        {
            var ready = await started.ready.Task.WaitAsync(StartPatience, time, ct);
            if (ready.Version != ScoringFrames.Version)
                throw new ScoringProcessEndedException(ProcessEnd.NotStarted, $"The scoring program speaks version {ready.Version}, the portal {ScoringFrames.Version}.");
            log.LogInformation("Scoring process {Id} is ready: {Device}, {Threads} threads", started.Id, ready.Device, ready.Threads);
            return started;
        }
        catch (Exception e)
        {
            started.Kill();
            await started.DisposeAsync();
            throw e is TimeoutException ? new ScoringProcessEndedException(ProcessEnd.NotStarted, "The scoring process did not become ready.") : e;
        }
    }

    /// <param name="make">The request, with the id that it gets.</param>
    /// <exception cref="ScoringProcessEndedException">It ended before it answered.</exception>
    /// <exception cref="OperationCanceledException">The process is told that nobody waits any more.</exception>
    public async Task<ScoringFrame<ScoringAnswer>> AskAsync(Func<long, ScoringRequest> make, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref lastId);
        var frame = ScoringFrames.Encode(make(id), body.Span);
        var entry = new Asked();
        var sent = time.GetTimestamp();
        asked[id] = entry;
        // Looked at after the entry is there: whoever ends the channel either sees the entry or is seen here.
        if (HasEnded)
            End();
        try
        {
            _ = SendAsync(frame);
            return await entry.Answer.Task.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            if (Interlocked.Read(ref heard) <= sent && time.GetElapsedTime(sent) >= patience)
            {
                log.LogWarning("Scoring process {Id} has said nothing for {Patience}; it is ended", Id, patience);
                Kill();
            }
            else
            {
                _ = SendAsync(ScoringFrames.Encode<ScoringRequest>(new ScoringRequest.Cancel(id), []));
            }

            throw;
        }
        finally
        {
            asked.TryRemove(id, out _);
        }
    }

    /// <summary>Ends it now. Who waits for an answer is told.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            // Exited meanwhile.
        }
    }

    /// <summary>Closes the channel, which ends the process; kills it when it has not ended after <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it could be asked.
        }

        using var patience = new CancellationTokenSource(grace, time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(3));
        await ended;
        process.Dispose();
        writing.Dispose();
    }

    /// <summary>Never throws and is never cut short: half a frame would end the channel for everybody.</summary>
    private async Task SendAsync(byte[] frame)
    {
        try
        {
            await writing.WaitAsync();
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(frame);
                await process.StandardInput.BaseStream.FlushAsync();
            }
            finally
            {
                writing.Release();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The channel broke with the process: the reader tells who waits.
        }
    }

    private async Task ReadAnswersAsync()
    {
        try
        {
            while (await ScoringFrames.ReadAsync<ScoringAnswer>(process.StandardOutput.BaseStream, CancellationToken.None) is { } frame)
            {
                Interlocked.Exchange(ref heard, time.GetTimestamp());
                Hear(frame);
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            log.LogWarning("The channel of scoring process {Id} broke: {Why}", Id, e.Message);
            Kill();
        }

        over = true;
        End();
    }

    private void Hear(ScoringFrame<ScoringAnswer> frame)
    {
        switch (frame.Message)
        {
            case ScoringAnswer.Ready said:
                ready.TrySetResult(said);
                break;
            case ScoringAnswer.Begun begun:
                foreach (var id in begun.Ids)
                {
                    if (asked.TryGetValue(id, out var entry))
                        entry.Begun = true;
                }

                break;
            case ScoringAnswer.Dropped dropped:
                log.LogDebug("Scoring process {Id} dropped model {Model}", Id, dropped.Key);
                break;
            case ScoringAnswer.Loaded { Id: var id }:
                Answer(id, frame);
                break;
            case ScoringAnswer.Scored { Id: var id }:
                Answer(id, frame);
                break;
            case ScoringAnswer.Failed { Id: var id }:
                Answer(id, frame);
                break;
        }
    }

    private void Answer(long id, ScoringFrame<ScoringAnswer> frame)
    {
        if (asked.TryGetValue(id, out var entry))
            entry.Answer.TrySetResult(frame);
    }

    private void End()
    {
        var how = tail.IsEmpty ? "The scoring process ended." : $"The scoring process ended. Its last words: {string.Join(" | ", tail)}";
        ready.TrySetException(new ScoringProcessEndedException(ProcessEnd.NotStarted, how));
        // Who only waits for it to start observes that; nobody else does.
        _ = ready.Task.Exception;
        foreach (var entry in asked.Values)
            entry.Answer.TrySetException(new ScoringProcessEndedException(entry.Begun ? ProcessEnd.Suspect : ProcessEnd.Waiting, how));
    }

    private async Task ReadErrorsAsync()
    {
        try
        {
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                log.LogDebug("Scoring process {Id}: {Line}", Id, line);
                tail.Enqueue(line);
                if (tail.Count > TailLines)
                    tail.TryDequeue(out _);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe broke with the process.
        }
    }

    private sealed class Asked
    {
        public TaskCompletionSource<ScoringFrame<ScoringAnswer>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The process has said that it works on it.</summary>
        public volatile bool Begun;
    }
}
