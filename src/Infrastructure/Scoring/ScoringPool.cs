using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Scoring;

/// <param name="Map">As it is stored: <see cref="Domain.Evaluation.AnomalyMapFile"/>.</param>
/// <param name="Seconds">In the model alone.</param>
public sealed record ModelScore(double Score, byte[] Map, double Seconds);

/// <summary>Who wants a score, for the metrics: somebody who waits for it, a batch in the background, or the proof of a bundle.</summary>
public enum ScoringUse
{
    Request,
    Batch,
    Bundle,
}

/// <summary>
/// Scores images with models that stay warm in processes of their own (ADR 1): a crash in native code ends one process, never the
/// portal. A model stays with the process that has it warm. A request whose process dies while it works on it is tried once more, alone, on
/// a fresh one; requests that only waited there are simply asked again.
/// </summary>
public sealed class ScoringPool : BackgroundService
{
    private const int StartTries = 2;

    /// <summary>Of the timeout: a part of it may go before the process is asked.</summary>
    private const double SilentShare = 0.8;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(15);

    private readonly BundleCache bundles;
    private readonly IOptions<ScoringOptions> options;
    private readonly Instruments instruments;
    private readonly TimeProvider time;
    private readonly ILogger<ScoringPool> log;
    private readonly Waiting waiting;
    private readonly ScoringWorker[] workers;
    private readonly Dictionary<string, ScoringWorker> homes = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stopping = new();
    private bool stopped;

    internal ScoringPool(
        BundleCache bundles, WorkPaths paths, IOptions<TrainingOptions> training, IOptions<ScoringOptions> options, Instruments instruments, TimeProvider time,
        ILogger<ScoringPool> log)
    {
        (this.bundles, this.options, this.instruments, this.time, this.log) = (bundles, options, instruments, time, log);
        waiting = new Waiting(options.Value.MaxWaiting, options.Value.MaxWaitingPerTeam);
        var arguments = options.Value.Arguments(training.Value);
        workers =
        [
            .. Enumerable.Range(0, options.Value.Workers).Select(_ => new ScoringWorker(
                ct => ScoringProcess.StartAsync(paths.Executable, arguments, bundles.Root, options.Value.Timeout * SilentShare, time, log, ct), time, log)),
        ];
    }

    /// <summary>The ids of the processes that are running.</summary>
    public IReadOnlyList<int> ProcessIds => [.. workers.Select(worker => worker.ProcessId).OfType<int>()];

    /// <param name="pixels">side × side × RGB, row by row; the model's side.</param>
    /// <exception cref="OperationCanceledException">The caller does not wait any longer.</exception>
    public async Task<Result<ModelScore>> ScoreAsync(
        TenantId tenant, BlobKey bundle, ReadOnlyMemory<byte> pixels, int side, ScoringUse use, CancellationToken ct)
    {
        using var span = Spans.Begin("score", tenant);
        var begun = time.GetTimestamp();
        var score = await ScoreOneAsync(tenant, bundle, pixels, side, ct);
        instruments.Scored(use, score, time.GetElapsedTime(begun));
        span.End(score.Error?.Code);
        return score;
    }

    /// <summary>Has the model made ready, so that the first image does not wait for it.</summary>
    public async Task<Result> WarmAsync(TenantId tenant, BlobKey bundle, CancellationToken ct)
    {
        var answer = await AskAsync(tenant, bundle, (id, warm, _) => new ScoringRequest.Load(id, warm), default, ct);
        return answer.Succeeded ? Result.Ok : answer.Error;
    }

    /// <summary>Stops processes that have been idle, and sweeps the copies of model files.</summary>
    internal async Task TidyAsync()
    {
        foreach (var worker in workers)
            await worker.StopIfUnusedAsync(time.GetUtcNow() - options.Value.Idle);
        ForgetHomes();
        bundles.Sweep();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // A host may stop its services again when it is disposed.
        if (stopped)
            return;
        stopped = true;
        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await TidyAsync();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.LogWarning(e, "Copies of model files could not be swept and are tried again");
            }
        }
    }

    private async Task<Result<ModelScore>> ScoreOneAsync(TenantId tenant, BlobKey bundle, ReadOnlyMemory<byte> pixels, int side, CancellationToken ct)
    {
        var answer = await AskAsync(
            tenant, bundle, (id, warm, alone) => new ScoringRequest.Score(id, warm, side, alone), pixels, ct);
        if (!answer.Succeeded)
            return answer.Error;
        return answer.Value.Message is ScoringAnswer.Scored scored
            ? new ModelScore(scored.Score, answer.Value.Body, scored.Seconds)
            : throw new InvalidDataException($"The scoring process answered a score with {answer.Value.Message.GetType().Name}.");
    }

    private async Task<Result<ScoringFrame<ScoringAnswer>>> AskAsync(
        TenantId tenant, BlobKey bundle, Func<long, WarmBundle, bool, ScoringRequest> make, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        if (stopping.IsCancellationRequested)
            return new ScoringStopping();
        var entered = waiting.Enter(tenant);
        if (!entered.Succeeded)
            return entered.Error;
        using var place = entered.Value;
        using var patience = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token, stopping.Token);
        var home = HomeOf(bundle);
        try
        {
            using var file = await bundles.OpenAsync(tenant, bundle, either.Token);
            return file is null ? new ModelFileMissing() : await AskAsync(home, file, make, body, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            if (stopping.IsCancellationRequested)
                return new ScoringStopping();
            return new ScoringTooSlow(options.Value.TimeoutSeconds);
        }
    }

    private async Task<Result<ScoringFrame<ScoringAnswer>>> AskAsync(
        ScoringWorker home, BundleFile file, Func<long, WarmBundle, bool, ScoringRequest> make, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        var warm = new WarmBundle(file.Key.ToString(), file.Path, file.Key.Sha256);
        var (suspected, notStarted) = (false, 0);
        while (true)
        {
            try
            {
                var alone = suspected;
                var answer = await home.AskAsync(id => make(id, warm, alone), body, ct);
                if (answer.Message is not ScoringAnswer.Failed failed)
                    return answer;
                if (failed.Code == ScoringFrames.BundleChangedCode)
                    bundles.Discard(file);
                return new ScoringRefused(failed.Kind, failed.Code, failed.Message);
            }
            catch (ScoringProcessEndedException e) when (e.End == ProcessEnd.Suspect)
            {
                log.LogWarning("{Why} It was working on a request, which is {Fate}", e.Message, suspected ? "given up" : "tried once more");
                if (suspected)
                    return new ScoringCrashed();
                suspected = true;
            }
            catch (ScoringProcessEndedException e) when (e.End == ProcessEnd.NotStarted)
            {
                if (++notStarted == StartTries)
                    return new ScoringDown();
            }
            catch (ScoringProcessEndedException)
            {
                // It only waited there. The pauses between starts keep this from spinning, and the timeout ends it.
            }
        }
    }

    /// <summary>A model whose process is gone is warm nowhere.</summary>
    private void ForgetHomes()
    {
        lock (gate)
        {
            foreach (var (key, _) in homes.Where(home => home.Value is { ProcessId: null, Users: 0 }).ToList())
                homes.Remove(key);
        }
    }

    /// <summary>The worker that has the model, or had it last; a new model goes to the one with the least to do and the fewest models.</summary>
    private ScoringWorker HomeOf(BlobKey bundle)
    {
        var key = bundle.ToString();
        lock (gate)
        {
            if (!homes.TryGetValue(key, out var home))
                homes[key] = home = workers.MinBy(worker => (worker.Users, homes.Values.Count(other => other == worker)))!;
            return home;
        }
    }
}
