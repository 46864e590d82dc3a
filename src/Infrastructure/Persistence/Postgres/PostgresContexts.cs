using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>Contexts over one PostgreSQL database. The options are made once, so that all contexts share one compiled model.</summary>
internal sealed class PostgresContexts(string connection) : IPortalContexts
{
    // One instance each for the process: EF keeps a service provider, and with it a compiled model, per set of interceptors.
    private static readonly IInterceptor[] Interceptors = [new TenantIsFixed()];

    private const int MigrateTries = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>What two nodes hear that make the same thing at once.</summary>
    private static readonly string[] AtOnce =
        [PostgresErrorCodes.DuplicateDatabase, PostgresErrorCodes.DuplicateTable, PostgresErrorCodes.UniqueViolation, PostgresErrorCodes.ObjectInUse];

    private readonly DbContextOptions<PostgresPortalDbContext> options = OptionsFor(connection);

    public PortalDbContext Create(TenantId tenant) => new PostgresPortalDbContext(options, tenant);

    public async Task MigrateAsync(CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            await using var context = Create(default);
            try
            {
                await context.Database.MigrateAsync(ct);
                await ListingFunctions.CreateAsync(context, ct);
                return;
            }
            catch (PostgresException e) when (tried < MigrateTries && AtOnce.Contains(e.SqlState))
            {
                // Tables are made under a lock. Making the database itself, and the first table, knows none: who comes second finds them there.
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <remarks>Nothing is retried behind the code's back: who saves beside others does so with <see cref="PortalDb.ChangeAsync{T}"/>.</remarks>
    public static DbContextOptions<PostgresPortalDbContext> OptionsFor(string connection) =>
        new DbContextOptionsBuilder<PostgresPortalDbContext>().UseNpgsql(connection).AddInterceptors(Interceptors).Options;
}
