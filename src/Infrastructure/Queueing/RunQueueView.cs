using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Queueing;

/// <summary>What a team is told of the queue: where its own runs stand. Of others it learns how many runs come before, and nothing else.</summary>
public sealed class RunQueueView
{
    private readonly QueueReader reader;
    private readonly IOptions<TrainingOptions> options;
    private readonly TimeProvider time;

    internal RunQueueView(QueueReader reader, IOptions<TrainingOptions> options, TimeProvider time) =>
        (this.reader, this.options, this.time) = (reader, options, time);

    /// <summary>Of one team at once; 0 is no limit.</summary>
    public int RunsPerTeam => options.Value.RunsPerTeam;

    /// <summary>Of those of the runs that wait.</summary>
    public async Task<IReadOnlyDictionary<RunId, QueuePlace>> PlacesAsync(IReadOnlyCollection<RunId> runs, CancellationToken ct)
    {
        if (runs.Count == 0)
            return new Dictionary<RunId, QueuePlace>();
        var (_, state) = await reader.ReadAsync(ct);
        return QueueForecast.Of(state, runs.ToHashSet(), time.GetUtcNow());
    }

    /// <summary>Where a run would stand that is queued now.</summary>
    public async Task<QueuePlace> PlaceOfNewAsync(TenantId team, RunPriority priority, double expectedSeconds, CancellationToken ct)
    {
        var (_, state) = await reader.ReadAsync(ct);
        var now = time.GetUtcNow();
        var imagined = new WaitingRun(team, new RunId(Guid.CreateVersion7(now)), priority, now, state.EntryAt(now), expectedSeconds);
        var places = QueueForecast.Of(state with { Waiting = [.. state.Waiting, imagined] }, [imagined.Run], now);
        return places[imagined.Run];
    }

    /// <inheritdoc cref="QueueState.EntryAt"/>
    public async Task<double> EntryAsync(CancellationToken ct) => (await reader.ReadAsync(ct)).State.EntryAt(time.GetUtcNow());
}
