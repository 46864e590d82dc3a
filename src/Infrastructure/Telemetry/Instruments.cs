using System.Diagnostics;
using System.Diagnostics.Metrics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Scoring;

namespace FewShotAD.Infrastructure.Telemetry;

/// <summary>
/// All instruments of the meter <see cref="Meter"/>, and the attributes that go with them. An attribute has a handful of values: never a team,
/// a person or the name of anything (docs/operations.md says why). Without somebody who listens a call measures nothing.
/// </summary>
public sealed class Instruments
{
    public const string Meter = "FewShotAD";

    private const string State = "fewshotad.run.state";
    private const string Method = "fewshotad.run.method";
    private const string Phase = "fewshotad.run.phase";
    private const string DeviceKind = "fewshotad.device.kind";
    private const string Outcome = "fewshotad.outcome";
    private const string Use = "fewshotad.score.use";
    private const string FileKind = "fewshotad.upload.kind";
    private const string TransferKindName = "fewshotad.transfer.kind";
    private const string Card = "hw.id";

    /// <summary>The code of an <see cref="Error"/>; left out where there was none.</summary>
    private const string ErrorType = "error.type";

    /// <summary>Seconds to a day: what people wait for.</summary>
    private static readonly InstrumentAdvice<double> Long = new() { HistogramBucketBoundaries = [1, 5, 15, 30, 60, 120, 300, 600, 1_200, 3_600, 7_200, 14_400, 43_200, 86_400] };

    /// <summary>Milliseconds to half a minute: what machines wait for.</summary>
    private static readonly InstrumentAdvice<double> Short = new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private readonly ObservableGauge<long> queueLength;
    private readonly ObservableGauge<long> cardMemory;
    private readonly Histogram<double> runWait;
    private readonly Histogram<double> runDuration;
    private readonly Histogram<double> phaseDuration;
    private readonly Counter<long> runFailures;
    private readonly Histogram<double> scoreDuration;
    private readonly Histogram<double> modelDuration;
    private readonly Counter<long> scoredImages;
    private readonly Counter<long> uploadedFiles;
    private readonly Counter<long> uploadedBytes;
    private readonly Counter<long> uploadRejections;
    private readonly Counter<long> deliveries;
    private readonly Histogram<double> transferDuration;

    internal Instruments(IMeterFactory meters, QueueLevels queue, GraphicsCards cards)
    {
        var meter = meters.Create(Meter);
        queueLength = meter.CreateObservableGauge("fewshotad.queue.length", () => queue.Runs().Select(r => Of(r.Count, (State, Word(r.Status)))), "{run}", "Runs of all teams that wait, are worked on or are paused. Every node tells the same number.");
        meter.CreateObservableGauge("fewshotad.queue.oldest_wait", () => queue.OldestWait().Select(s => Of(s)), "s", "How long the run that waits longest has waited. Every node tells the same number.");
        runWait = meter.CreateHistogram("fewshotad.run.wait", "s", "From queued (or put back) to taken by a worker.", null, Long);
        runDuration = meter.CreateHistogram("fewshotad.run.duration", "s", "One attempt at a run, from taken to its end.", null, Long);
        phaseDuration = meter.CreateHistogram("fewshotad.run.phase.duration", "s", "A phase of a run that came to its end; to half a second.", null, Long);
        runFailures = meter.CreateCounter<long>("fewshotad.run.failures", "{run}", "Attempts that failed, by what was in their way.");
        scoreDuration = meter.CreateHistogram("fewshotad.score.duration", "s", "One picture on a warm model, with waiting and loading.", null, Short);
        modelDuration = meter.CreateHistogram("fewshotad.score.model.duration", "s", "The same in the model alone.", null, Short);
        scoredImages = meter.CreateCounter<long>("fewshotad.score.images", "{image}", "Pictures that got a score.");
        uploadedFiles = meter.CreateCounter<long>("fewshotad.upload.files", "{file}", "Images and masks that were taken in.");
        uploadedBytes = meter.CreateCounter<long>("fewshotad.upload.size", "By", "Their bytes as they came.");
        uploadRejections = meter.CreateCounter<long>("fewshotad.upload.rejections", "{file}", "Files that were not taken in, by the reason.");
        deliveries = meter.CreateCounter<long>("fewshotad.webhook.deliveries", "{delivery}", "Tries to deliver to a webhook.");
        transferDuration = meter.CreateHistogram("fewshotad.transfer.duration", "s", "An export, import or restore, from taken to its end.", null, Long);
        // As OpenTelemetry's conventions for hardware name them.
        cardMemory = meter.CreateObservableGauge("hw.gpu.memory.usage", () => cards.Last.Select(c => Of(c.UsedBytes, (Card, c.Id))), "By", "Memory of a graphics card of this node that is in use.");
        meter.CreateObservableGauge("hw.gpu.memory.limit", () => cards.Last.Select(c => Of(c.TotalBytes, (Card, c.Id))), "By", "Memory that it has.");
        meter.CreateObservableGauge("hw.gpu.utilization", () => cards.Last.Where(c => c.Busy is not null).Select(c => Of(c.Busy!.Value, (Card, c.Id))), "1", "Share of the last moment in which it worked.");
    }

    /// <summary>Whether anybody looks at the queue's levels.</summary>
    internal bool QueueIsWatched => queueLength.Enabled;

    internal bool CardsAreWatched => cardMemory.Enabled;

    internal void RunTaken(TrainingRun run, TimeSpan waited) => runWait.Record(waited.TotalSeconds, Tags((Method, Word(run.Recipe.Method))));

    /// <param name="error">What was in its way, where it failed.</param>
    internal void RunEnded(TrainingRun run, string? device, RunStatus became, string? error, TimeSpan took)
    {
        runDuration.Record(took.TotalSeconds, Tags((Method, Word(run.Recipe.Method)), (DeviceKind, KindOf(device)), (Outcome, Word(became))));
        if (error is not null)
            runFailures.Add(1, Tags((Method, Word(run.Recipe.Method)), (ErrorType, error)));
    }

    internal void PhaseEnded(TrainingRun run, string? device, RunPhase phase, TimeSpan took) =>
        phaseDuration.Record(took.TotalSeconds, Tags((Method, Word(run.Recipe.Method)), (DeviceKind, KindOf(device)), (Phase, Word(phase))));

    internal void RunScored(int images) => scoredImages.Add(images, Tags((Use, "run")));

    internal void Scored(ScoringUse use, Result<ModelScore> score, TimeSpan took)
    {
        scoreDuration.Record(took.TotalSeconds, Tags((Use, Word(use)), (ErrorType, score.Error?.Code)));
        if (!score.Succeeded)
            return;
        modelDuration.Record(score.Value.Seconds, Tags((Use, Word(use))));
        scoredImages.Add(1, Tags((Use, Word(use))));
    }

    public void Uploaded(bool isMask, long bytes)
    {
        var tags = Tags((FileKind, isMask ? "mask" : "image"));
        uploadedFiles.Add(1, tags);
        uploadedBytes.Add(bytes, tags);
    }

    public void Refused(Error error) => uploadRejections.Add(1, Tags((ErrorType, error.Code)));

    internal void Delivered(DeliveryStatus became) =>
        deliveries.Add(1, Tags((Outcome, became switch { DeliveryStatus.Delivered => "delivered", DeliveryStatus.GivenUp => "given_up", _ => "failed" })));

    internal void Transferred(TransferKind kind, TransferStatus became, string? error, TimeSpan took) =>
        transferDuration.Record(took.TotalSeconds, Tags((TransferKindName, Word(kind)), (Outcome, Word(became)), (ErrorType, error)));

    /// <summary><c>cpu</c>, <c>cuda</c>, or <c>unknown</c> for an attempt whose process never told.</summary>
    internal static string KindOf(string? device) => device is { Length: > 0 } ? device.Split(':')[0] : "unknown";

    private static string Word<T>(T value)
        where T : struct, Enum => $"{value}".ToLowerInvariant();

    private static Measurement<T> Of<T>(T value, params ReadOnlySpan<(string Name, string Value)> tags)
        where T : struct => new(value, Tags([.. tags.ToArray().Select(tag => (tag.Name, (string?)tag.Value))]));

    private static TagList Tags(params ReadOnlySpan<(string Name, string? Value)> tags)
    {
        var list = new TagList();
        foreach (var (name, value) in tags)
        {
            if (value is not null)
                list.Add(name, value);
        }

        return list;
    }
}
