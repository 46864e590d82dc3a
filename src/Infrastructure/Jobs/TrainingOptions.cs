using FewShotAD.Domain.Common;
using FewShotAD.Domain.Queueing;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Section <c>Training</c>: how runs are worked on.</summary>
public sealed class TrainingOptions
{
    public const string Section = "Training";

    /// <summary>
    /// The training program: an executable, or a <c>.dll</c> that is run with <c>dotnet</c>. Relative to the portal's own folder.
    /// </summary>
    public string Executable { get; set; } = "";

    /// <summary>Empty: <c>work</c> in the data directory. Large: holds copies of a run's images while it runs.</summary>
    public string WorkDirectory { get; set; } = "";

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda:N</c>, or several of these with commas between: each run gets one of them.</summary>
    public string Device { get; set; } = "auto";

    /// <summary>Processor threads of a worker; 0 lets it choose.</summary>
    public int Threads { get; set; }

    /// <summary>Runs worked on at a time on this node.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>Of these on one device; 0 for as many as <see cref="Workers"/>.</summary>
    public int PerDevice { get; set; }

    /// <summary>Runs of one team worked on at a time, on all nodes together; 0 is no limit.</summary>
    public int RunsPerTeam { get; set; }

    /// <summary>By the team's id: what share of the workers it has beside a team with 1, where both wait.</summary>
    public Dictionary<Guid, double> Weights { get; set; } = [];

    public IReadOnlyList<string> Devices => Device.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    public NodeSlots SlotsOf(string node) => new(node, Workers, Devices, PerDevice);

    public QueueRules Rules => new(RunsPerTeam, Weights.ToDictionary(weight => new TenantId(weight.Key), weight => weight.Value));

    /// <summary>How long a worker that was asked to stop may take before it is killed.</summary>
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long the work directory of a failed or cancelled run, and with it the checkpoint, is kept for a resume.</summary>
    public TimeSpan KeepWork { get; set; } = TimeSpan.FromDays(7);
}
