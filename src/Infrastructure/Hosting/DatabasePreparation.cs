using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>The database is not as this version needs it, and the process that holds the data directory does not make it so.</summary>
public sealed class DatabaseNotReadyException(string directory) : IOException(
    $"The database in “{directory}” is of another version, and a running portal holds the directory. Stop that portal, or update it to this version.");

/// <summary>
/// Makes the database ready for a command that works beside the portal or before its first start. Who holds the data directory
/// migrates: the command itself when nobody else does, and otherwise the portal, which has done so or is about to.
/// </summary>
public sealed class DatabasePreparation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DataPaths paths;
    private readonly IPortalContexts contexts;
    private readonly TimeProvider time;

    internal DatabasePreparation(DataPaths paths, IPortalContexts contexts, TimeProvider time) =>
        (this.paths, this.contexts, this.time) = (paths, contexts, time);

    public async Task PrepareAsync(CancellationToken ct)
    {
        for (var began = time.GetTimestamp(); ; await Task.Delay(Pause, time, ct))
        {
            using (var held = DataDirectoryLock.TryTake(paths))
            {
                if (held is not null)
                {
                    await contexts.MigrateAsync(ct);
                    return;
                }
            }

            if (await IsReadyAsync(ct))
                return;
            if (time.GetElapsedTime(began) > Patience)
                throw new DatabaseNotReadyException(paths.Root);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        await using var context = contexts.Create(default);
        return await context.Database.CanConnectAsync(ct) && !(await context.Database.GetPendingMigrationsAsync(ct)).Any();
    }
}
