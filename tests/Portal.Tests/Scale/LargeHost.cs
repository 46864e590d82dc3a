using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>A portal with one project of 100,000 images, as many results, and 12,000 of those judged by people; made once for all tests of it.</summary>
public sealed class LargeHost : PortalHost, IAsyncLifetime
{
    public const int Images = 100_000;
    private const int Judged = 12_000;

    private static readonly string[] NotCopied = ["Id", "Name", "Sha256", "Split", "Label", "DefectType", "UploadedAt", "ImageId", "Score", "ScoredAt", "ImageName", "ImageLabel", "ImageDefectType"];

    /// <summary>A number in [0, 1) that looks random and is the same every time.</summary>
    private const string Random = "(((n * 1103515245 + 12345) % 2147483648) / 2147483648.0)";
    private const string Label = "CASE WHEN n % 7 = 0 THEN 'Unknown' WHEN n % 20 < 3 THEN 'Defective' ELSE 'Normal' END";
    private const string Type = "CASE WHEN n % 7 > 0 AND n % 20 < 2 THEN CASE n % 20 WHEN 0 THEN 'scratch' ELSE 'dent' END END";
    private const string Name = "printf('line-%d/2026-%02d/part-%06d.png', n % 5, n % 12 + 1, n)";
    private const string Minutes = "(n / 3 * 600000000)";

    internal Actor Actor { get; private set; } = null!;

    internal ProjectId Project { get; private set; }

    internal TrainedModel Model { get; private set; } = null!;

    /// <summary>Who judged, with their verdicts' counts by the program that made them.</summary>
    internal IReadOnlyList<UserId> Reviewers { get; } = [new(Guid.Parse("00000000-0000-4000-8000-00000000000a")), new(Guid.Parse("00000000-0000-4000-8000-00000000000b"))];

    internal TimeSpan SeedTime { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var began = TimeProvider.System.GetTimestamp();
        var tenant = Tenant.Create("Large", Time.Now).Value;
        await using (var context = Db.ForTenant(tenant.TenantId))
        {
            context.Tenants.Add(tenant);
            await context.SaveChangesAsync();
        }

        await using var scope = Services.CreateAsyncScope();
        Actor = new Actor(tenant.TenantId, new UserId(Guid.NewGuid()), TeamRole.Owner);
        var team = new TeamAtWork(this, scope.ServiceProvider, Actor);
        Project = await team.ProjectAsync("Large part");
        await team.ShotsAsync(Project, 2);
        var first = (await team.RowsAsync(Project, ("template.png", ImageSplit.Test, ImageLabel.Unknown)))[0];
        var (model, results) = await team.ModelAsync(Project, await team.RunAsync(Project), [(first, 0.5)]);
        Model = model;
        await using (var context = team.Open())
            Multiply(context, first.Id, results[0].Id);
        SeedTime = TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Copies of one image and its result, in one transaction; the reviews come by the triggers, as they do at work.</summary>
    private void Multiply(PortalDbContext context, ImageId image, ResultId result)
    {
        using var connection = new SqliteConnection(context.Database.GetConnectionString());
        connection.Open();
        using var transaction = connection.BeginTransaction();
        void Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        var numbers = $"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Images - 1})";
        // As ids of version 7 are: one after the other, and not in the order of anything that is listed.
        static string Id(string kind) => $"printf('019A0000-%04X-7000-8000-{kind}%011X', n / 100, n)";
        Run($"""
            INSERT INTO Images (Id, Name, Sha256, Split, Label, DefectType, UploadedAt, {Columns(connection, "Images")})
            {numbers} SELECT {Id("A")}, {Name}, printf('%064x', n + 16777216), CASE n % 50 WHEN 0 THEN 'Unassigned' ELSE 'Test' END, {Label}, {Type}, t.UploadedAt + {Minutes}, {Columns(connection, "Images")}
            FROM numbers, Images t WHERE t.TenantId = '{Text(Actor.Tenant.Value)}' AND t.Id = '{Text(image.Value)}'
            """);
        Run($"""
            INSERT INTO Results (Id, ImageId, Score, ScoredAt, ImageName, ImageLabel, ImageDefectType, {Columns(connection, "Results")})
            {numbers} SELECT {Id("B")}, {Id("A")}, 0.1 + 4 * {Random} * {Random} * {Random}, t.ScoredAt + {Minutes}, {Name}, {Label}, {Type}, {Columns(connection, "Results")}
            FROM numbers, Results t WHERE t.TenantId = '{Text(Actor.Tenant.Value)}' AND t.Id = '{Text(result.Value)}'
            """);
        var judged = $"WITH RECURSIVE numbers(n) AS (SELECT 5 UNION ALL SELECT n + 8 FROM numbers WHERE n < {8 * Judged})";
        var (a, b) = (Text(Reviewers[0].Value), Text(Reviewers[1].Value));
        Run($"""
            INSERT INTO ReviewVerdicts (TenantId, ResultId, Sequence, Decision, DefectType, Comment, ModelSaid, Score, GivenBy, GivenAt, Pass, Round, ClientId)
            {judged} SELECT '{Text(Actor.Tenant.Value)}', {Id("B")}, 1, CASE WHEN n % 3 = 0 THEN 'Defect' WHEN n % 31 = 0 THEN 'Unsure' ELSE 'Normal' END, NULL, NULL, 'Uncertain', 1.5,
                CASE WHEN n % 5 < 2 THEN '{a}' ELSE '{b}' END, 1, 'First', 1, {Id("C")} FROM numbers
            """);
        Run($"""
            INSERT INTO ReviewItems (TenantId, ResultId, ModelId, State, Round, FirstBy, Decision, ConcurrencyStamp)
            {judged} SELECT '{Text(Actor.Tenant.Value)}', {Id("B")}, '{Text(Model.Id.Value)}', CASE WHEN n % 17 = 0 THEN 'SecondDue' WHEN n % 19 = 0 THEN 'Conflict' ELSE 'Decided' END, 1,
                CASE WHEN n % 5 < 2 THEN '{a}' ELSE '{b}' END, CASE WHEN n % 17 = 0 OR n % 19 = 0 THEN NULL WHEN n % 3 = 0 THEN 'Defect' WHEN n % 31 = 0 THEN 'Unsure' ELSE 'Normal' END, {Id("D")} FROM numbers
            """);
        transaction.Commit();
    }

    /// <summary>The columns that a copy takes from its template.</summary>
    private static string Columns(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read())
            names.Add(reader.GetString(0));
        return string.Join(", ", names.Except(NotCopied).Select(name => $"\"{name}\""));
    }

    private static string Text(Guid id) => id.ToString("D", CultureInfo.InvariantCulture).ToUpperInvariant();
}

/// <summary>One portal for all tests of a large project: it takes seconds to fill. Beside them nothing else is measured.</summary>
[CollectionDefinition(nameof(LargeCollection))]
public sealed class LargeCollection : ICollectionFixture<LargeHost>;
