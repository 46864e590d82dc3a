using System.Text.Json;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Persistence.Postgres;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.Infrastructure.Tests.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FewShotAD.Infrastructure.Tests.Persistence;

public sealed class ModelTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_migrations_make_the_model_in_each_database()
    {
        foreach (var (product, contexts) in new (string, IPortalContexts)[] { ("Sqlite", new SqliteContexts("unused.db")), ("Postgres", new PostgresContexts("Host=unused")) })
        {
            using var context = contexts.Create(default);
            Assert.False(
                context.Database.HasPendingModelChanges(),
                $"Add a migration, in src/Infrastructure: dotnet ef migrations add NAME -o Persistence/{product}/Migrations --context {product}PortalDbContext");
        }
    }

    /// <summary>What a name, a key or an order means must not depend on the product: both have the same tables, columns, keys and indexes.</summary>
    [Fact]
    public void Both_databases_have_the_same_model()
    {
        using var sqlite = new SqliteContexts("unused.db").Create(default);
        using var postgres = new PostgresContexts("Host=unused").Create(default);
        Assert.Equal(Shape(sqlite.Model), Shape(postgres.Model));

        static string[] Shape(IModel model) => [.. model.GetEntityTypes().SelectMany(entity => entity.GetProperties()
                .Select(p => $"{entity.GetTableName()}.{p.GetColumnName()} {p.ClrType.Name} null={p.IsNullable} max={p.GetMaxLength()} token={p.IsConcurrencyToken}")
                .Concat(entity.GetKeys().Select(key => $"{entity.GetTableName()} key {string.Join(',', key.Properties.Select(p => p.Name))}"))
                .Concat(entity.GetForeignKeys().Select(key => $"{entity.GetTableName()} → {key.PrincipalEntityType.GetTableName()} {string.Join(',', key.Properties.Select(p => p.Name))} {key.DeleteBehavior}"))
                .Concat(entity.GetIndexes().Select(index => $"{entity.GetTableName()} index {string.Join(',', index.Properties.Select(p => p.Name))} unique={index.IsUnique}")))
            .Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_row_comes_back_as_it_was_stored()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var recipe = TrainingRecipe.For(TrainingPreset.Full) with { Shots = 2, Adversarial = null, Seed = 7 };
        var snapshot = new DataSnapshot(
            [.. team.Support.Select(i => i.Id)], [new SnapshotCategory(team.Project.Id, "Other", [team.Test[0].Id])], [.. team.Test.Select(i => i.Id)]);
        var queuedAt = new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        var run = TrainingRun.Queue(team.Project, 1, recipe, snapshot, Team.Somebody, queuedAt).Value;
        await using (var context = installation.Db.ForTenant(team.Tenant))
        {
            context.Runs.Add(run);
            await context.SaveChangesAsync(Ct);
        }

        var read = await installation.ReadAsync(run, Ct);
        Assert.Equal(recipe, read.Recipe);
        Assert.Equal(snapshot.Support, read.Snapshot.Support);
        Assert.Equal(snapshot.Test, read.Snapshot.Test);
        Assert.Equal(snapshot.TrainingCategories[0].Images, Assert.Single(read.Snapshot.TrainingCategories).Images);
        Assert.Equal((queuedAt, TimeSpan.Zero), (read.QueuedAt, read.QueuedAt.Offset));
        await using var again = installation.Db.ForTenant(team.Tenant);
        var image = await again.Images.AsNoTracking().FirstAsync(i => i.Id == team.Test[0].Id, Ct);
        Assert.Equal((team.Test[0].Blobs, null), (image.Blobs, image.Mask));
    }

    [Fact]
    public async Task Queries_that_the_pages_need_are_translated()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        var run = await team.RunAsync(Ct);
        await using var context = installation.Db.ForTenant(team.Tenant);
        Assert.Equal(2, await context.Images.CountAsync(i => i.Split == ImageSplit.Support && i.Mask == null, Ct));
        Assert.Equal(team.Test[0].Blobs.View, await context.Images.Where(i => i.Id == team.Test[0].Id).Select(i => i.Blobs.View).SingleAsync(Ct));
        var since = run.QueuedAt.AddSeconds(-1);
        Assert.Equal(run.Id, (await context.Runs.OrderByDescending(r => r.QueuedAt).FirstAsync(r => r.QueuedAt > since, Ct)).Id);
        Assert.Equal(0, await context.Results.OrderByDescending(r => r.Score).ThenBy(r => r.Id).Skip(5).Take(5).CountAsync(Ct));
    }

    [Fact]
    public async Task Deleting_a_tenant_or_a_project_deletes_all_below_it()
    {
        await using var installation = await Installation.CreateAsync();
        var (first, second) = (new TenantId(Guid.NewGuid()), new TenantId(Guid.NewGuid()));
        await EntityFactory.SeedAsync(installation.Db, first, Ct);
        await EntityFactory.SeedAsync(installation.Db, second, Ct);
        await using (var context = installation.Db.ForTenant(first))
        {
            context.Projects.Remove(await context.Projects.SingleAsync(Ct));
            await context.SaveChangesAsync(Ct);
            foreach (var type in EntityFactory.OwnedTypes(context.Model).Where(LiesBelowAProject))
                Assert.Empty(await LeakOperations.AllAsync(context, type.ClrType, Ct));
            context.Tenants.Remove(await context.Tenants.SingleAsync(Ct));
            await context.SaveChangesAsync(Ct);
            foreach (var type in EntityFactory.OwnedTypes(context.Model))
                Assert.Empty(await LeakOperations.AllAsync(context, type.ClrType, Ct));
        }

        await using var other = installation.Db.ForTenant(second);
        foreach (var type in EntityFactory.OwnedTypes(other.Model))
            Assert.Single(await LeakOperations.AllAsync(other, type.ClrType, Ct));
    }

    private static bool LiesBelowAProject(IReadOnlyEntityType type) =>
        type.ClrType == typeof(Project) || type.GetForeignKeys().Any(key => key.PrincipalEntityType != type && LiesBelowAProject(key.PrincipalEntityType));

    [Theory]
    [InlineData("Project", "Name")]
    [InlineData("InspectionImage", "ProjectId,Sha256")]
    [InlineData("TrainingRun", "ProjectId,Number")]
    [InlineData("TrainedModel", "ProjectId,Version")]
    [InlineData("TrainedModel", "RunId")]
    [InlineData("ScoredImage", "ModelId,ImageId")]
    public async Task A_second_row_with_the_same_name_or_number_is_refused(string entity, string columns)
    {
        await using var installation = await Installation.CreateAsync();
        var (tenant, other) = (new TenantId(Guid.NewGuid()), new TenantId(Guid.NewGuid()));
        var rows = await EntityFactory.SeedAsync(installation.Db, tenant, Ct);
        await EntityFactory.SeedAsync(installation.Db, other, Ct);
        await using var context = installation.Db.ForTenant(tenant);
        var type = EntityFactory.OwnedTypes(context.Model).Single(t => t.ClrType.Name == entity);
        var twin = EntityFactory.Create(type, tenant, rows);
        foreach (var column in columns.Split(','))
            EntityFactory.Set(twin, type.ClrType.GetProperty(column)!, type.ClrType.GetProperty(column)!.GetValue(rows[type.ClrType]));
        context.Add(twin);
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Ct));
        Assert.Contains("unique", refused.InnerException!.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_connection_to_SQLite_waits_for_locks_keeps_a_write_ahead_log_and_checks_foreign_keys()
    {
        await using var installation = await Installation.CreateAsync();
        await using var context = new SqliteContexts(Path.Combine(installation.Folder, "connection.db")).Create(default);
        await context.Database.OpenConnectionAsync(Ct);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        foreach (var (pragma, value) in new[] { ("journal_mode", "wal"), ("busy_timeout", "30000"), ("foreign_keys", "1"), ("synchronous", "1") })
        {
            command.CommandText = $"PRAGMA {pragma}";
            Assert.Equal(value, $"{await command.ExecuteScalarAsync(Ct)}");
        }
    }

    [Fact]
    public async Task Many_writers_wait_for_each_other()
    {
        await using var installation = await Installation.CreateAsync();
        var team = await Team.CreateAsync(installation, Ct);
        await Task.WhenAll(Enumerable.Range(1, 40).Select(number => Task.Run(() => team.RunAsync(Ct, number), Ct)));
        await using var context = installation.Db.ForTenant(team.Tenant);
        Assert.Equal(40, await context.Runs.CountAsync(Ct));
    }

    [Fact]
    public async Task Results_of_an_older_version_get_their_copies_and_the_triggers_come_back()
    {
        await using var installation = await Installation.CreateAsync();
        // SQLite's own: the other product has had these columns from its first migration on.
        var contexts = new SqliteContexts(Path.Combine(installation.Folder, "upgraded.db"));
        await contexts.MigrateAsync(Ct);
        var db = new PortalDb(contexts);
        var tenant = new TenantId(Guid.NewGuid());
        await EntityFactory.SeedAsync(db, tenant, Ct);
        async Task<(ScoredImage Result, InspectionImage Image)> ReadAsync()
        {
            await using var read = db.ForTenant(tenant);
            var result = await read.Results.AsNoTracking().SingleAsync(Ct);
            return (result, await read.Images.AsNoTracking().SingleAsync(i => i.Id == result.ImageId, Ct));
        }

        var before = (await ReadAsync()).Result;
        Assert.NotEqual("", before.ImageName);
        await using (var context = db.ForTenant(tenant))
        {
            await ListingTriggers.DropAsync(context, Ct);
            await context.GetService<IMigrator>().MigrateAsync("Evaluation", Ct);
        }

        await contexts.MigrateAsync(Ct);
        var (after, image) = await ReadAsync();
        Assert.Equal((image.Name, image.Label, image.DefectType), (after.ImageName, after.ImageLabel, after.ImageDefectType));
        Assert.Equal((before.Review, before.ReviewedBy), (after.Review, after.ReviewedBy));

        // A migration that rebuilds a table drops its triggers: they are there again.
        await using (var context = db.ForTenant(tenant))
        {
            Assert.True((await context.Images.SingleAsync(i => i.Id == image.Id, Ct)).Classify(ImageSplit.Test, ImageLabel.Defective, "dent").Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        Assert.Equal((ImageLabel.Defective, "dent"), ((await ReadAsync()).Result.ImageLabel, (await ReadAsync()).Result.ImageDefectType));
    }

    [Fact]
    public void An_entity_that_is_nobodys_stops_the_model()
    {
        using var context = new WithStray(new DbContextOptionsBuilder<WithStray>().UseSqlite("Data Source=unused.db").Options);
        var refused = Assert.Throws<InvalidOperationException>(() => context.Model);
        Assert.Contains(nameof(Stray), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_that_the_data_cannot_give_stay_null()
    {
        await using var installation = await Installation.CreateAsync();
        var tenant = new TenantId(Guid.NewGuid());
        await EntityFactory.SeedAsync(installation.Db, tenant, Ct);
        var metrics = new EvaluationMetrics(3, 0, 0, null, null, null, null);
        await using (var context = installation.Db.ForTenant(tenant))
        {
            (await context.Models.SingleAsync(Ct)).Measure(metrics);
            await context.SaveChangesAsync(Ct);
        }

        await using var again = installation.Db.ForTenant(tenant);
        Assert.Equal(metrics, (await again.Models.SingleAsync(Ct)).Metrics);
    }

    [Fact]
    public void Metrics_of_a_model_from_before_the_newer_numbers_still_read()
    {
        const string Stored =
            """{"normalImages":3,"defectiveImages":2,"maskedImages":1,"imageAuroc":0.5,"imageAveragePrecision":0.25,"imageF1Max":0.5,"pixelAuroc":null}""";
        var message = $$"""{"type":"evaluated","metrics":{{Stored}}}""";
        var expected = new EvaluationMetrics(3, 2, 1, 0.5, 0.25, 0.5, null);
        Assert.Equal(expected, JsonSerializer.Deserialize<EvaluationMetrics>(Stored, WorkerProtocol.Json));
        Assert.True(WorkerProtocol.TryRead(message, out var read));
        Assert.Equal(new WorkerMessage.Evaluated(expected), read);
    }

    private sealed class Stray
    {
        public int Id { get; set; }
    }

    private sealed class WithStray(DbContextOptions<WithStray> options) : PortalDbContext(options, default)
    {
        protected override void OnModelCreating(ModelBuilder builder)
        {
            base.OnModelCreating(builder);
            builder.Entity<Stray>();
        }
    }
}
