using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Training;

/// <summary>Where runs wait for a worker. The database is the truth; the queue only says "look at this run".</summary>
public interface IRunQueue
{
    /// <summary>Asking twice for one run is harmless: the second worker finds it claimed.</summary>
    void Enqueue(TenantId tenant, RunId run);

    /// <summary>Tells a worker of this run, if there is one on this node, to stop now. The request itself, to cancel or to pause, is on the run.</summary>
    void SignalCancel(RunId run);
}
