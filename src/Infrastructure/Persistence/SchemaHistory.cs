using System.Reflection;
using FewShotAD.Infrastructure.Persistence.Postgres;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FewShotAD.Infrastructure.Persistence;

/// <param name="Name">Without its time: a change of the model has one name and two times, one for each product.</param>
internal sealed record SchemaStep(DatabaseProvider Provider, string Id, string Name, Type Migration)
{
    public bool IsContraction => Migration.GetCustomAttribute<ContractsAttribute>() is not null;
}

/// <summary>
/// The migrations of this program, and where the previous release ended. What came since only adds, so that a node of that release goes on
/// beside one of this, and a backup of it fills the tables of this one.
/// </summary>
internal static class SchemaHistory
{
    /// <summary>The last migration of the previous release in each product: set both anew with each release. Both mean the same tables.</summary>
    public const string PreviousSqlite = "20261129001945_QueueAndSchedules";

    /// <inheritdoc cref="PreviousSqlite"/>
    public const string PreviousPostgres = "20261129001950_Initial";

    public static IReadOnlyList<SchemaStep> All { get; } = [.. typeof(SchemaHistory).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Migration)))
        .Select(type => (Type: type, Id: type.GetCustomAttribute<MigrationAttribute>()!.Id, Context: type.GetCustomAttribute<DbContextAttribute>()!.ContextType))
        .OrderBy(migration => migration.Id, StringComparer.Ordinal)
        .Select(migration => new SchemaStep(
            migration.Context == typeof(PostgresPortalDbContext) ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite,
            migration.Id, NameOf(migration.Id), migration.Type))];

    public static string PreviousOf(DatabaseProvider provider) => provider == DatabaseProvider.PostgreSql ? PreviousPostgres : PreviousSqlite;

    /// <summary>What came after the previous release, in order.</summary>
    public static IEnumerable<SchemaStep> Since(DatabaseProvider provider) =>
        All.Where(step => step.Provider == provider && string.CompareOrdinal(step.Id, PreviousOf(provider)) > 0);

    public static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];
}
