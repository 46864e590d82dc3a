using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Hosting;

/// <summary>Brings the database to the model of this version before anything else uses it.</summary>
internal sealed class DatabaseStart(IPortalContexts contexts, ILogger<DatabaseStart> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var context = contexts.Create(default);
        var pending = (await context.Database.GetPendingMigrationsAsync(cancellationToken)).ToList();
        if (pending.Count > 0)
            log.LogInformation("Applying {Count} database migrations: {Names}", pending.Count, pending);
        await contexts.MigrateAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
