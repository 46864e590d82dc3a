using System.Diagnostics;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Jobs;
using FewShotAD.TrainingJobs.Tensors;
using static FewShotAD.Domain.Models.ScoringAnswer;

namespace FewShotAD.TrainingJobs.Serving;

/// <param name="MemoryBytes">For warm models together.</param>
/// <param name="Together">Images in one pass at most. Another number of images in a pass may change the last bit of a map's value.</param>
public sealed record ServingOptions(long MemoryBytes, int Together);

/// <summary>
/// Answers requests over a channel until it ends. One thread reads, the thread that calls <see cref="Run"/> computes: the number of
/// threads of the library belongs to it.
/// </summary>
public sealed class ScoringServer(Stream input, Stream output, Compute compute, ServingOptions options)
{
    private readonly RequestQueue queue = new();

    /// <returns>When the parent closed the channel or is gone.</returns>
    /// <exception cref="InvalidDataException">The parent does not speak the protocol.</exception>
    public void Run(CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var models = new WarmModels(options.MemoryBytes, compute.Device, key => Send(new Dropped(key)));
        using var stop = ct.Register(queue.Close);
        Send(new Ready(ScoringFrames.Version, compute.Name, compute.Threads));
        var reading = Task.Run(() => ReadAsync(ended), CancellationToken.None);
        while (queue.Take(options.Together) is { } work)
            Do(work, models, ended.Token);
        // A channel that broke says so here; one that is merely at its end does not.
        if (!ct.IsCancellationRequested)
            reading.GetAwaiter().GetResult();
    }

    private async Task ReadAsync(CancellationTokenSource ended)
    {
        try
        {
            while (await ScoringFrames.ReadAsync<ScoringRequest>(input, ended.Token) is { } frame)
            {
                switch (frame.Message)
                {
                    case ScoringRequest.Load load:
                        queue.Put(load);
                        break;
                    case ScoringRequest.Score score:
                        queue.Put(new WaitingImage(score, frame.Body));
                        break;
                    case ScoringRequest.Cancel cancel:
                        queue.Cancel(cancel.Id);
                        break;
                }
            }
        }
        catch (EndOfStreamException)
        {
            // The parent died in the middle of a word.
        }
        finally
        {
            queue.Close();
            await ended.CancelAsync(); // a model that is being loaded is given up
        }
    }

    private void Do(Work work, WarmModels models, CancellationToken ct)
    {
        Send(new Begun(work.Ids));
        try
        {
            var model = models.Ensure(work.Bundle, ct);
            if (!model.Succeeded)
                Refuse(work.Ids, model.Error);
            else if (work.Load is { } load)
                Send(new Loaded(load.Id, model.Value.Bytes, model.Value.Seconds));
            else
                Score(work.Images, model.Value.Ready);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The parent is gone.
        }
#pragma warning disable CA1031 // The last line of defence: the native library throws all kinds, and one request must not end the others'.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Console.Error.WriteLine(e);
            Refuse(work.Ids, new ScoringFailed(e.Message));
        }
    }

    private void Score(IReadOnlyList<WaitingImage> images, ReadyModel ready)
    {
        var side = ready.Manifest.Recipe.ImageSize;
        if (images[0].Request.Side != side)
        {
            Refuse([.. images.Select(image => image.Request.Id)], new WrongSide(images[0].Request.Side, side));
            return;
        }

        var whole = images.Where(image => image.Pixels.Length == side * side * 3).ToList();
        Refuse([.. images.Except(whole).Select(image => image.Request.Id)], new WrongSide(0, side));
        if (whole.Count == 0)
            return;
        var watch = Stopwatch.StartNew();
        var scored = new ImageScorer(ready.Model, compute.Device).Score([.. whole.Select(image => new PixelImage(image.Pixels, side))]);
        var seconds = watch.Elapsed.TotalSeconds;
        foreach (var (image, map) in whole.Zip(scored))
            Send(new Scored(image.Request.Id, map.Score, seconds, whole.Count), AnomalyMapFile.Encode(map.Map, side, side));
    }

    private void Refuse(IReadOnlyList<long> ids, Error error)
    {
        foreach (var id in ids)
            Send(new Failed(id, error.Kind, error.Code, error.Message));
    }

    private void Send(ScoringAnswer answer) => Send(answer, []);

    private void Send(ScoringAnswer answer, ReadOnlySpan<byte> body)
    {
        try
        {
            output.Write(ScoringFrames.Encode(answer, body));
            output.Flush();
        }
        catch (IOException)
        {
            // The pipe is broken because the parent died; the end of the input ends the loop.
        }
    }
}

public sealed record ScoringFailed(string Why)
    : Error(ErrorKind.Unavailable, "scoring.failed", $"The model could not score this image: {Why} If it happens again, train the model again.");

public sealed record WrongSide(int Got, int Wanted)
    : Error(ErrorKind.Invalid, "scoring.side", $"The model takes images of side {Wanted}, not {Got}.");
