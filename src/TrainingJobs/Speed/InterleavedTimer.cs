using System.Diagnostics;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Speed;

/// <summary>
/// Times items in rounds, every item in every round: what else the machine does hits all of them alike, so that their ratios hold where
/// their milliseconds do not.
/// </summary>
public sealed class InterleavedTimer(int repeats, Device device)
{
    /// <param name="items">In the order in which they run; the first round is not timed and measures memory instead.</param>
    /// <param name="roundDone">Called after every round with its number, from 0.</param>
    public IReadOnlyList<SpeedFigure> Measure(IReadOnlyList<SpeedItem> items, Action<int> roundDone, CancellationToken ct)
    {
        var peaks = items.Select(item => PeakMemory.Of(() => Once(item, ct))).ToArray();
        roundDone(0);
        var times = items.Select(_ => new List<double>(repeats)).ToArray();
        for (var round = 1; round <= repeats; round++)
        {
            foreach (var (turns, list) in Round(items, ct).Zip(times))
                list.Add(SpeedFigure.MedianOf(turns));
            roundDone(round);
        }

        return [.. items.Select((item, i) => new SpeedFigure(item.Name, item.What, times[i], 1, peaks[i]))];
    }

    /// <summary>The times of every item's turns: all items once, then those with another turn once more, and so on.</summary>
    private List<double>[] Round(IReadOnlyList<SpeedItem> items, CancellationToken ct)
    {
        var times = items.Select(_ => new List<double>()).ToArray();
        for (var turn = 0; turn < items.Max(item => item.Turns); turn++)
        {
            foreach (var (item, list) in items.Zip(times).Where(pair => pair.First.Turns > turn))
                list.Add(Once(item, ct));
        }

        return times;
    }

    private double Once(SpeedItem item, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using var scope = NewDisposeScope();
        Wait();
        var start = Stopwatch.GetTimestamp();
        item.Run(ct);
        Wait();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>A graphics card works on after the call has returned.</summary>
    private void Wait()
    {
        if (device.type == TorchSharp.DeviceType.CUDA)
            cuda.synchronize();
    }
}
