using FewShotAD.Domain.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace FewShotAD.Infrastructure.Persistence.Postgres;

/// <summary>Contexts over one PostgreSQL database. The options are made once, so that all contexts share one compiled model.</summary>
internal sealed class PostgresContexts(string connection) : IPortalContexts
{
    // One instance each for the process: EF keeps a service provider, and with it a compiled model, per set of interceptors.
    private static readonly IInterceptor[] Interceptors = [new TenantIsFixed()];

    private const int Tries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DbContextOptions<PostgresPortalDbContext> options = OptionsFor(connection);

    public IWholeDatabase Whole { get; } = new PostgresWhole();

    public PortalDbContext Create(TenantId tenant) => new PostgresPortalDbContext(options, tenant);

    /// <remarks>
    /// One node after the other, under a lock that the server lets go of with the connection: EF's own does not hold two off that find an empty database.
    /// Nodes of the previous release may be at work meanwhile: a change of tables that meets their statements steps back and is tried again, before
    /// the server takes two that wait for each other for a deadlock and ends either, or a queue forms behind the one that waits.
    /// </remarks>
    public async Task MigrateAsync(CancellationToken ct)
    {
        MakeDatabase(connection);
        await using var own = new NpgsqlConnection(connection);
        await own.OpenAsync(ct);
        await using var held = await own.BeginTransactionAsync(ct);
        // However long the other one takes.
        await using var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock(20261129)", own, held) { CommandTimeout = 0 };
        await turn.ExecuteNonQueryAsync(ct);
        for (var tried = 1; ; tried++)
        {
            try
            {
                await ChangeTablesAsync(ct);
                return;
            }
            catch (Exception e) when (IsInTheWay(e) && tried < Tries)
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    /// <remarks>Nothing is retried behind the code's back: who saves beside others does so with <see cref="PortalDb.ChangeAsync{T}"/>.</remarks>
    public static DbContextOptions<PostgresPortalDbContext> OptionsFor(string connection) =>
        new DbContextOptionsBuilder<PostgresPortalDbContext>().UseNpgsql(connection).AddInterceptors(Interceptors).Options;

    /// <summary>The database itself, where it is not there yet and the user may create one: the queue needs it before the first table of the portal.</summary>
    public static void MakeDatabase(string connection)
    {
        using var context = new PostgresPortalDbContext(OptionsFor(connection), default);
        var creator = context.GetService<IRelationalDatabaseCreator>();
        try
        {
            if (!creator.Exists())
                creator.Create();
        }
        catch (NpgsqlException)
        {
            // Another node has made it at the same moment, or the server is not to be reached yet: whoever connects next finds out.
        }
    }

    /// <remarks>EF puts what may go away by itself into an exception of its own.</remarks>
    private static bool IsInTheWay(Exception e) =>
        (e as PostgresException ?? e.InnerException as PostgresException)?.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;

    private async Task ChangeTablesAsync(CancellationToken ct)
    {
        await using var context = Create(default);
        await context.Database.OpenConnectionAsync(ct);
        // Shorter than the second after which the server looks for deadlocks. It is the connection's, and goes when that goes back to the pool.
        await using var patience = new NpgsqlCommand("SET lock_timeout = '500ms'", (NpgsqlConnection)context.Database.GetDbConnection());
        await patience.ExecuteNonQueryAsync(ct);
        await context.Database.MigrateAsync(ct);
        await ListingFunctions.CreateAsync(context, ct);
    }
}
