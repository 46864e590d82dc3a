using System.Data.Common;
using FewShotAD.Domain.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FewShotAD.Infrastructure.Persistence.Sqlite;

/// <summary>Contexts over one SQLite file. The options are made once, so that all contexts share one compiled model.</summary>
internal sealed class SqliteContexts(string file) : IPortalContexts
{
    // One instance each for the process: EF keeps a service provider, and with it a compiled model, per set of interceptors.
    private static readonly IInterceptor[] Interceptors = [new ConnectionSettings(), new TenantIsFixed()];

    private readonly DbContextOptions<SqlitePortalDbContext> options = OptionsFor(file);

    public IWholeDatabase Whole { get; } = new SqliteWhole();

    public PortalDbContext Create(TenantId tenant) => new SqlitePortalDbContext(options, tenant);

    public async Task MigrateAsync(CancellationToken ct)
    {
        await using var context = Create(default);
        await ListingTriggers.DropAsync(context, ct);
        await context.Database.MigrateAsync(ct);
        await ListingTriggers.CreateAsync(context, ct);
    }

    public static DbContextOptions<SqlitePortalDbContext> OptionsFor(string file)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = file, ForeignKeys = true, DefaultTimeout = 30 };
        return new DbContextOptionsBuilder<SqlitePortalDbContext>()
            .UseSqlite(connection.ToString())
            .AddInterceptors(Interceptors)
            .Options;
    }

    /// <summary>
    /// Settings that SQLite keeps per connection. The write-ahead log lets readers go on beside the one writer; it is a property
    /// of the file, and saying it again costs microseconds. With it NORMAL is safe against a crash of the process, and a power
    /// cut can lose the last transactions but never damages the file.
    /// </summary>
    private sealed class ConnectionSettings : DbConnectionInterceptor
    {
        private const string Pragmas = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override async Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
