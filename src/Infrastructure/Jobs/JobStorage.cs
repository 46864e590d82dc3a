using FewShotAD.Infrastructure.Persistence;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;

namespace FewShotAD.Infrastructure.Jobs;

internal static class JobStorage
{
    /// <summary>Where an idle worker looks again by itself; a new job rings a bell before that.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>The embedded queue forgets at restart and is filled again from the database; PostgreSQL's is shared by all nodes.</summary>
    public static IGlobalConfiguration UseJobStorage(this IGlobalConfiguration hangfire, DatabaseOptions database) => database.Provider switch
    {
        DatabaseProvider.PostgreSql => hangfire.UsePostgreSqlStorage(
            postgres => postgres.UseNpgsqlConnection(database.ConnectionString),
            new PostgreSqlStorageOptions
            {
                // Without it a job that takes longer than half an hour is given to a second worker.
                UseSlidingInvisibilityTimeout = true,
                QueuePollInterval = Look,
                EnableLongPolling = true,
            }),
        _ => hangfire.UseInMemoryStorage(new InMemoryStorageOptions { IdType = InMemoryStorageIdType.Guid }),
    };
}
