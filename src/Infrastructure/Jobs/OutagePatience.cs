using FewShotAD.Infrastructure.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>Waits while what the installation stands on is away, so that nobody has to start work again that only met an outage.</summary>
/// <param name="name">Of the work, for the log.</param>
/// <param name="stop">Ends the patience: the work is wanted no more, or is somebody else's by now.</param>
internal sealed class OutagePatience(string name, TimeProvider time, ILogger log, CancellationToken stop)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="work">May be done twice: an answer can be lost after the work was done.</param>
    /// <exception cref="OperationCanceledException">The patience ended while it waited.</exception>
    public async Task<T> WaitAsync<T>(Func<Task<T>> work)
    {
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (Outage.Of(e) is not null && !stop.IsCancellationRequested)
            {
                log.LogWarning(e, "{Name} waits: {Outage} is away or full", name, Outage.Of(e));
            }

            await Task.Delay(pause, time, stop);
        }
    }
}
