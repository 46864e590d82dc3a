using System.Data.Common;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Postgres;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.Infrastructure.Tests.Backups;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Tests.Tenancy;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FewShotAD.Infrastructure.Tests.Persistence;

/// <summary>A new version changes the tables under a node of the previous release, which must not notice.</summary>
public sealed class ExpansionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Migrations_since_the_previous_release_only_add()
    {
        foreach (var provider in Enum.GetValues<DatabaseProvider>())
        {
            var since = SchemaHistory.Since(provider).ToList();
            Assert.Contains(SchemaHistory.All, step => step.Id == SchemaHistory.PreviousOf(provider));
            var newTables = new HashSet<string>();
            foreach (var step in since)
            {
                var migration = (Migration)Activator.CreateInstance(step.Migration)!;
                migration.ActiveProvider = provider == DatabaseProvider.PostgreSql ? "Npgsql.EntityFrameworkCore.PostgreSQL" : "Microsoft.EntityFrameworkCore.Sqlite";
                var faults = ExpansionRule.Judge(migration, newTables);
                Assert.True(faults.Count == 0, $"{provider} {step.Name}: {string.Join(' ', faults)} See docs/database.md.");
            }
        }
    }

    [Fact]
    public void Both_products_mean_the_same_by_the_previous_release_and_have_changed_by_the_same_steps()
    {
        Assert.Equal(PreviousRelease.Columns(DatabaseProvider.Sqlite), PreviousRelease.Columns(DatabaseProvider.PostgreSql));
        Assert.Equal(
            SchemaHistory.Since(DatabaseProvider.Sqlite).Select(step => step.Name).Order(StringComparer.Ordinal),
            SchemaHistory.Since(DatabaseProvider.PostgreSql).Select(step => step.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_rule_tells_what_adds_from_what_takes_away()
    {
        static IReadOnlyList<string> Judge(Action<MigrationBuilder> migrate)
        {
            var builder = new MigrationBuilder("any");
            migrate(builder);
            return ExpansionRule.Judge([.. builder.Operations], new HashSet<string>());
        }

        foreach (var fine in new Action<MigrationBuilder>[]
        {
            m => m.AddColumn<int>("Shoes", "Users", nullable: true),
            m => m.AddColumn<int>("Shoes", "Users", nullable: false, defaultValue: 0),
            m => m.CreateTable("Shoes", table => new { Id = table.Column<int>() }),
            m => m.CreateIndex("IX", "Users", "Name"),
            m => m.AlterColumn<string>("Name", "Users", maxLength: 90, nullable: true, oldClrType: typeof(string), oldMaxLength: 80),
        })
            Assert.Empty(Judge(fine));
        foreach (var wrong in new Action<MigrationBuilder>[]
        {
            m => m.AddColumn<int>("Shoes", "Users", nullable: false),
            m => m.DropColumn("Name", "Users"),
            m => m.RenameColumn("Name", "Users", "Called"),
            m => m.DropTable("Users"),
            m => m.RenameTable("Users", newName: "People"),
            m => m.CreateIndex("IX", "Users", "Name", unique: true),
            m => m.AlterColumn<string>("Name", "Users", nullable: false, oldClrType: typeof(string), oldNullable: true),
            m => m.AlterColumn<string>("Name", "Users", maxLength: 8, oldClrType: typeof(string), oldMaxLength: 80),
            m => m.AlterColumn<int>("Name", "Users", oldClrType: typeof(string)),
            m => m.AlterColumn<int>("Shoes", "Users", nullable: false, oldClrType: typeof(int), oldDefaultValue: 0),
            m => m.AddForeignKey("FK", "Users", "Name", "People"),
            m => m.AddCheckConstraint("CK", "Users", "1 = 1"),
            m => m.Sql("UPDATE Users SET Name = 'x'"),
        })
            Assert.Single(Judge(wrong));
    }

    [Fact]
    public async Task A_node_of_the_previous_release_works_on_while_a_new_one_changes_the_tables_and_afterwards()
    {
        await using var installed = await OldTables.CreateAsync(Ct);
        var (contexts, previous, connection) = (installed.Contexts, installed.Release, installed.Connection);
        await previous.InsertAsync(connection, 1_000, Ct);
        var before = await previous.CountAsync(connection, Ct);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var started = new TaskCompletionSource();
        var working = Task.Run(() => WorkAsync(contexts, previous, started, stop.Token), Ct);
        await Task.WhenAny(started.Task, working);
        await contexts.MigrateAsync(Ct); // what a node of this version does first
        Assert.False(working.IsCompleted, $"The old node stopped: {working.Exception?.InnerException?.Message}");
        await stop.CancelAsync();
        Assert.True(await working > 0);

        // The old node goes on, with rows of both versions in the tables.
        await using (var present = contexts.Create(default))
            Assert.Empty(await present.Database.GetPendingMigrationsAsync(Ct));
        var tenant = new Domain.Common.TenantId(Guid.NewGuid());
        await EntityFactory.SeedAsync(new PortalDb(contexts), tenant, Ct);
        await previous.InsertAsync(connection, 2_000, Ct);
        await previous.UpdateAsync(connection, 1_000, Ct);
        await previous.UpdateAsync(connection, 2_000, Ct);
        Assert.All((await previous.CountAsync(connection, Ct)).Zip(before), count => Assert.True(count.First > count.Second));
        await previous.DeleteAsync(connection, 2_000, Ct);
        await previous.DeleteAsync(connection, 1_000, Ct);
    }

    /// <summary>Two who wait for each other: the new node steps back, and the old one's request is answered.</summary>
    [Fact]
    public async Task A_transaction_of_the_previous_release_is_never_given_up_for_a_change_of_tables()
    {
        await using var installed = await OldTables.CreateAsync(Ct);
        await installed.Release.InsertAsync(installed.Connection, 1_000, Ct);
        Task migrating;
        await using (var transaction = await installed.Connection.BeginTransactionAsync(Ct))
        {
            await TouchAsync(transaction, "Models");
            migrating = Task.Run(() => installed.Contexts.MigrateAsync(Ct), Ct);
            // Longer than it takes the server to see that two wait for each other.
            await Task.Delay(TimeSpan.FromSeconds(1.5), Ct);
            Assert.False(migrating.IsCompleted, $"Nobody was in the way, or it gave up: {migrating.Exception?.InnerException}");
            await TouchAsync(transaction, "Projects");
            await transaction.CommitAsync(Ct);
        }

        await migrating;

        static async Task TouchAsync(DbTransaction transaction, string table)
        {
            await using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // one of two names
            command.CommandText = $"""UPDATE "{table}" SET "Id" = "Id" """;
#pragma warning restore CA2100
            Assert.Equal(1, await command.ExecuteNonQueryAsync(Ct));
        }
    }

    /// <summary>Its rows lack what has come since: the columns take what the database gives them, the tables stay empty.</summary>
    [Fact]
    public async Task A_backup_of_the_previous_release_is_restored_by_this_one()
    {
        await using var bench = new BackupBench();
        var (from, to) = (await bench.InstallAsync(), await bench.InstallAsync());
        var team = await Team.CreateAsync(from, Ct);
        var run = await team.RunAsync(Ct);
        var taken = await BackupBench.TakeAsync(from, bench.Folder, Ct);
        var provider = DatabaseUnderTest.IsPostgres ? DatabaseProvider.PostgreSql : DatabaseProvider.Sqlite;
        var columns = PreviousRelease.Columns(provider);
        var editor = new BackupEditor(taken.Folder);
        foreach (var table in editor.Manifest.Tables.Where(table => columns.ContainsKey(table.Name)).ToList())
            await editor.RewriteAsync(table.Name, row => row, column => columns[table.Name].Contains(column.Name), Ct);
        var since = SchemaHistory.Since(provider).Select(step => step.Name).ToList();
        editor.Save(editor.Manifest with
        {
            Tables = [.. editor.Manifest.Tables.Where(table => columns.ContainsKey(table.Name))],
            Migrations = [.. editor.Manifest.Migrations.Except(since)],
        });
        await BackupBench.RestoreAsync(to, bench.Folder, Ct);
        Assert.Empty(await BackupBench.BrokenAsync(to, Ct));
        Assert.Equal(run.Snapshot.Test, (await to.ReadAsync(run, Ct)).Snapshot.Test);
    }

    /// <returns>The last number that it used, none of which is the one that the database begins with.</returns>
    private static async Task<int> WorkAsync(IPortalContexts contexts, PreviousRelease previous, TaskCompletionSource started, CancellationToken stop)
    {
        await using var context = contexts.Create(default);
        await context.Database.OpenConnectionAsync(CancellationToken.None);
        var connection = context.Database.GetDbConnection();
        for (var number = 10; ; number++)
        {
            await previous.InsertAsync(connection, number, CancellationToken.None);
            await previous.UpdateAsync(connection, number, CancellationToken.None);
            await previous.CountAsync(connection, CancellationToken.None);
            await previous.DeleteAsync(connection, number, CancellationToken.None);
            started.TrySetResult();
            if (stop.IsCancellationRequested)
                return number;
        }
    }

    /// <summary>A database with the previous release's tables, and its connection to it.</summary>
    private sealed class OldTables(string folder, IPortalContexts contexts, PortalDbContext context, PreviousRelease release) : IAsyncDisposable
    {
        public IPortalContexts Contexts => contexts;

        public PreviousRelease Release => release;

        public DbConnection Connection => context.Database.GetDbConnection();

        public static async Task<OldTables> CreateAsync(CancellationToken ct)
        {
            var folder = Installation.TemporaryFolder();
            IPortalContexts contexts = DatabaseUnderTest.IsPostgres
                ? new PostgresContexts(await DatabaseUnderTest.ConnectionStringAsync(DatabaseUnderTest.NameOf(folder)))
                : new SqliteContexts(TestDatabase.FileOf(folder));
            var context = contexts.Create(default);
            var release = await PreviousRelease.InstallAsync(context, ct);
            await context.Database.OpenConnectionAsync(ct);
            return new OldTables(folder, contexts, context, release);
        }

        public async ValueTask DisposeAsync()
        {
            await context.DisposeAsync();
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await TestDatabase.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }
}
