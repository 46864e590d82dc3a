using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Postgres;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;

namespace FewShotAD.Infrastructure.Jobs;

internal static class QueueStorage
{
    /// <summary>How often an idle worker looks. Being told instead (long polling) holds a worker that is to stop for half a minute.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A call may go with the node that took it. As long as calls wait, somebody who comes will look; when none does, all that waits is called again.
    /// </summary>
    public static bool CallsWait(this JobStorage queues, string queue) => queues.GetMonitoringApi().EnqueuedCount(queue) > 0;

    /// <summary>The embedded queue forgets at restart and is filled again from the database; PostgreSQL's is shared by all nodes.</summary>
    public static JobStorage Open(DatabaseOptions database)
    {
        if (database.Provider != DatabaseProvider.PostgreSql)
            return new InMemoryStorage(new InMemoryStorageOptions { IdType = InMemoryStorageIdType.Guid });
        // It makes its tables at once, and would ask a database that is not there for half a minute.
        PostgresContexts.MakeDatabase(database.ConnectionString!);
        var options = new PostgreSqlStorageOptions
        {
            // Without it a job that takes longer than half an hour is given to a second worker.
            UseSlidingInvisibilityTimeout = true,
            QueuePollInterval = Look,
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(database.ConnectionString!, options), options);
    }
}
