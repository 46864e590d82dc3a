using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace FewShotAD.Load;

/// <summary>The portal's process seen from outside, by /proc and by the runtime's own diagnostic port.</summary>
internal sealed class ServerProcess(int id)
{
    private static readonly TimeSpan CollectionLimit = TimeSpan.FromSeconds(30);

    public sealed record Memory(double HeapMegabytes, double WorkingSetMegabytes);

    /// <summary>Pages of the process in memory.</summary>
    public double WorkingSetMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{id}/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Processor time of all its threads, in user and kernel.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(id);
            return process.TotalProcessorTime;
        }
    }

    /// <summary>What is left after everything that can go has gone.</summary>
    public async Task<Memory> CollectAsync(CancellationToken ct)
    {
        // The first collection lets finalizers run, the second frees what they held on to.
        await ForceAsync(ct);
        await Task.Delay(200, ct);
        var heap = await ForceAsync(ct);
        return new Memory(heap, WorkingSetMegabytes);
    }

    /// <summary>Whoever begins to listen with this keyword makes the runtime collect all generations, and then reads how large the heap is.</summary>
    private async Task<double> ForceAsync(CancellationToken ct)
    {
        var provider = new EventPipeProvider(
            ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)(ClrTraceEventParser.Keywords.GC | ClrTraceEventParser.Keywords.GCHeapCollect));
        using var session = await new DiagnosticsClient(id).StartEventPipeSessionAsync([provider], requestRundown: false, circularBufferMB: 32, ct);
        using var source = new EventPipeEventSource(session.EventStream);
        var induced = -1;
        var heap = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        source.Clr.GCStart += start =>
        {
            if (start.Depth == 2)
                induced = start.Count;
        };
        source.Clr.GCHeapStats += stats =>
        {
            if (induced >= 0)
                heap.TrySetResult(stats.TotalHeapSize / 1048576.0);
        };
        var reading = Task.Run(source.Process, CancellationToken.None);
        try
        {
            return await heap.Task.WaitAsync(CollectionLimit, ct);
        }
        finally
        {
            await session.StopAsync(CancellationToken.None);
            await reading;
        }
    }
}
