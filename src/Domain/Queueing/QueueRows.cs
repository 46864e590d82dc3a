using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Queueing;

/// <summary>
/// One row for the installation. Whoever takes a run writes the next number together with it: of two who chose at the same time by the
/// same state of the queue, one is refused and chooses again.
/// </summary>
public sealed class QueueTurn : ISharedAcrossTenants
{
    public const int OnlyId = 1;

    private QueueTurn()
    {
    }

    public int Id { get; private set; }

    public long Number { get; private set; }

    public void Take() => Number++;
}

/// <summary>How much worker time a team has had, in seconds by its weight.</summary>
public sealed class TeamShare : ITenantOwned
{
    private TeamShare()
    {
    }

    public TenantId TenantId { get; private set; }

    public double Used { get; private set; }

    public Guid ConcurrencyStamp { get; private set; }

    public static TeamShare Open(TenantId tenant) => new() { TenantId = tenant, ConcurrencyStamp = Guid.NewGuid() };

    /// <summary>Counts the worker time of an attempt that ends now.</summary>
    public void Charge(TrainingRun run, DateTimeOffset until, double weight)
    {
        var seconds = run.ClaimedAt is { } since ? Math.Max(0, (until - since).TotalSeconds) : 0;
        Used = Math.Max(Used, run.Entered) + (seconds / weight);
        ConcurrencyStamp = Guid.NewGuid();
    }
}

/// <summary>A node whose workers take runs, as it says itself every few seconds.</summary>
public sealed class WorkerNode : ISharedAcrossTenants
{
    public const int DevicesMaxLength = 400;

    /// <summary>Several times what a node needs to say that it lives.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private WorkerNode() => Node = Devices = "";

    public string Node { get; private set; }

    public int Runs { get; private set; }

    /// <summary>Comma-separated.</summary>
    public string Devices { get; private set; }

    public int PerDevice { get; private set; }

    public DateTimeOffset SeenAt { get; private set; }

    public NodeSlots Slots => new(Node, Runs, Devices.Split(','), PerDevice);

    public static WorkerNode Of(NodeSlots slots, DateTimeOffset now)
    {
        var node = new WorkerNode { Node = slots.Node };
        node.Seen(slots, now);
        return node;
    }

    public void Seen(NodeSlots slots, DateTimeOffset now) =>
        (Runs, Devices, PerDevice, SeenAt) = (slots.Runs, string.Join(',', slots.Devices), slots.PerDevice, now);
}
