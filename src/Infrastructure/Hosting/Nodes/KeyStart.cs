using System.Xml.Linq;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Hosting.Nodes;

/// <summary>
/// Sees to it that nodes which start together begin with one key: without it each would make its own, and would not know the other's until
/// the next day. Keys that an earlier version kept as files of this node move in first.
/// </summary>
internal sealed class KeyStart(
    IPortalContexts contexts, IOptions<DatabaseOptions> database, IKeyManager keys, IOptions<KeyManagementOptions> options, DataPaths paths,
    TimeProvider time, ILogger<KeyStart> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.Value.Provider != DatabaseProvider.PostgreSql)
            return;
        await using var context = contexts.Create(default);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // A row that is set to what it is stays as it is, and is locked: who comes second finds the first one's key.
        await context.QueueTurns.ExecuteUpdateAsync(row => row.SetProperty(t => t.Number, t => t.Number), cancellationToken);
        var store = new DatabaseKeys(contexts);
        if (!await context.ProtectionKeys.AnyAsync(cancellationToken))
            await MoveInAsync(store, cancellationToken);
        var now = time.GetUtcNow();
        if (!keys.GetAllKeys().Any(key => !key.IsRevoked && key.ActivationDate <= now && key.ExpirationDate > now))
            keys.CreateNewKey(now, now + options.Value.NewKeyLifetime);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task MoveInAsync(DatabaseKeys store, CancellationToken ct)
    {
        if (!Directory.Exists(paths.Keys))
            return;
        foreach (var file in Directory.EnumerateFiles(paths.Keys, "*.xml").Order(StringComparer.Ordinal))
        {
            await using var stream = File.OpenRead(file);
            store.StoreElement(await XElement.LoadAsync(stream, LoadOptions.None, ct), Path.GetFileNameWithoutExtension(file));
            log.LogInformation("The key {Name} moved from a file into the database", Path.GetFileNameWithoutExtension(file));
        }
    }
}
