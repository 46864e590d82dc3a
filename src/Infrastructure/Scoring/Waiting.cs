using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>Places for requests that are under way: so many for all, and no more than its share for one team.</summary>
internal sealed class Waiting(int most, int mostPerTeam)
{
    private readonly Lock gate = new();
    private readonly Dictionary<TenantId, int> byTeam = [];
    private int all;

    /// <summary>A place until it is disposed, or why there is none.</summary>
    public Result<IDisposable> Enter(TenantId tenant)
    {
        lock (gate)
        {
            var own = byTeam.GetValueOrDefault(tenant);
            if (own >= mostPerTeam)
                return new ScoringBusyForTeam(mostPerTeam);
            if (all >= most)
                return new ScoringBusy();
            byTeam[tenant] = own + 1;
            all++;
        }

        return Result<IDisposable>.Ok(new Place(this, tenant));
    }

    private void Leave(TenantId tenant)
    {
        lock (gate)
        {
            all--;
            if (--byTeam[tenant] == 0)
                byTeam.Remove(tenant);
        }
    }

    private sealed class Place(Waiting waiting, TenantId tenant) : IDisposable
    {
        private Waiting? waiting = waiting;

        public void Dispose() => Interlocked.Exchange(ref waiting, null)?.Leave(tenant);
    }
}
