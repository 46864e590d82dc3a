using System.Security.Cryptography;
using System.Text;

namespace FewShotAD.Portal.Features.Account;

/// <summary>
/// Counts what was tried, by any key, within a window that begins with the first try. In memory, per node: it slows guessing down, and
/// what has to hold for good (the lock-out of an account) is in the database. Keys are kept as hashes, so that memory has no addresses.
/// </summary>
public sealed class AttemptCounter(TimeProvider time)
{
    /// <summary>Some 10 MB. Whoever brings that many keys gets the oldest windows forgotten.</summary>
    private const int MostKeys = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTimeOffset Until, int Count)> windows = new(StringComparer.Ordinal);

    /// <returns>How long it is refused yet; null when it is not.</returns>
    public TimeSpan? Refused(string key, int most)
    {
        if (most == 0)
            return null;
        lock (gate)
        {
            var now = time.GetUtcNow();
            return windows.TryGetValue(HashOf(key), out var window) && window.Until > now && window.Count >= most ? window.Until - now : null;
        }
    }

    /// <returns>How often it was tried in the window, this time included.</returns>
    public int Count(string key, TimeSpan window)
    {
        lock (gate)
        {
            var (now, name) = (time.GetUtcNow(), HashOf(key));
            var before = windows.TryGetValue(name, out var known) && known.Until > now ? known : (Until: now + window, Count: 0);
            windows[name] = (before.Until, before.Count + 1);
            if (windows.Count > MostKeys)
                Forget(now);
            return before.Count + 1;
        }
    }

    /// <summary>Begins a window anew, as if it had been filled now.</summary>
    public void Fill(string key, int count, TimeSpan window)
    {
        lock (gate)
            windows[HashOf(key)] = (time.GetUtcNow() + window, count);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var over in windows.Where(w => w.Value.Until <= now).Select(w => w.Key).ToList())
            windows.Remove(over);
        if (windows.Count <= MostKeys)
            return;
        foreach (var oldest in windows.OrderBy(w => w.Value.Until).Take(windows.Count - (MostKeys / 2)).Select(w => w.Key).ToList())
            windows.Remove(oldest);
    }

    private static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 16));
}
