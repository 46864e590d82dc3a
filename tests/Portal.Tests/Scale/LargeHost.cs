using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Scale;

/// <summary>A portal with one project of 100,000 images, as many results, and 12,000 of those judged by people; made once for all tests of it.</summary>
public sealed class LargeHost : PortalHost, IAsyncLifetime
{
    public const int Images = 100_000;
    private const int Judged = 12_000;

    /// <summary>A number in [0, 1) that looks random and is the same every time.</summary>
    private const string Random = "(CAST((n * 1103515245 + 12345) % 2147483648 AS double precision) / 2147483648)";
    private const string Label = "CASE WHEN n % 7 = 0 THEN 'Unknown' WHEN n % 20 < 3 THEN 'Defective' ELSE 'Normal' END";
    private const string Type = "CASE WHEN n % 7 > 0 AND n % 20 < 2 THEN CASE n % 20 WHEN 0 THEN 'scratch' ELSE 'dent' END END";
    private const string Minutes = "(n / 3 * 600000000)";

    private static readonly string Name =
        $"'line-' || {WrittenRows.Padded("n % 5", 1)} || '/2026-' || {WrittenRows.Padded("n % 12 + 1", 2)} || '/part-' || {WrittenRows.Padded("n", 6)} || '.png'";

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
            await MultiplyAsync(context, first.Id, results[0].Id);
        SeedTime = TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>Copies of one image and its result, in one transaction; the reviews come by the triggers, as they do at work.</summary>
    private async Task MultiplyAsync(PortalDbContext context, ImageId image, ResultId result)
    {
        await using var transaction = await context.Database.BeginTransactionAsync();
        Task WriteAsync(string table, (int First, int Step, int End) numbers, Dictionary<string, string> values, Guid? copied) =>
            WrittenRows.WriteAsync(context, table, numbers, values, copied, default);

        // As ids of version 7 are: one after the other, and not in the order of anything that is listed.
        static string Id(string kind) => WrittenRows.Id($"'019a0000-' || {WrittenRows.Hex("n / 100", 4)} || '-7000-8000-{kind}' || {WrittenRows.Hex("n", 11)}");
        await WriteAsync("Images", (1, 1, Images), new()
        {
            ["Id"] = Id("a"), ["Name"] = Name, ["Sha256"] = WrittenRows.Hex("n + 16777216", 64), ["Split"] = "CASE n % 50 WHEN 0 THEN 'Unassigned' ELSE 'Test' END",
            ["Label"] = Label, ["DefectType"] = Type, ["UploadedAt"] = $"t.\"UploadedAt\" + {Minutes}",
        }, image.Value);
        await WriteAsync("Results", (1, 1, Images), new()
        {
            ["Id"] = Id("b"), ["ImageId"] = Id("a"), ["Score"] = $"0.1 + 4 * {Random} * {Random} * {Random}", ["ScoredAt"] = $"t.\"ScoredAt\" + {Minutes}",
            ["ImageName"] = Name, ["ImageLabel"] = Label, ["ImageDefectType"] = Type,
        }, result.Value);

        var judged = (5, 8, 8 * Judged);
        var by = $"CASE WHEN n % 5 < 2 THEN {WrittenRows.Id(Reviewers[0].Value)} ELSE {WrittenRows.Id(Reviewers[1].Value)} END";
        const string decision = "CASE WHEN n % 3 = 0 THEN 'Defect' WHEN n % 31 = 0 THEN 'Unsure' ELSE 'Normal' END";
        var tenant = WrittenRows.Id(Actor.Tenant.Value);
        await WriteAsync("ReviewVerdicts", judged, new()
        {
            ["TenantId"] = tenant, ["ResultId"] = Id("b"), ["Sequence"] = "1", ["Decision"] = decision, ["ModelSaid"] = "'Uncertain'", ["Score"] = "1.5",
            ["GivenBy"] = by, ["GivenAt"] = "1", ["Pass"] = "'First'", ["Round"] = "1", ["ClientId"] = Id("c"),
        }, null);
        await WriteAsync("ReviewItems", judged, new()
        {
            ["TenantId"] = tenant, ["ResultId"] = Id("b"), ["ModelId"] = WrittenRows.Id(Model.Id.Value), ["Round"] = "1", ["FirstBy"] = by, ["ConcurrencyStamp"] = Id("d"),
            ["State"] = "CASE WHEN n % 17 = 0 THEN 'SecondDue' WHEN n % 19 = 0 THEN 'Conflict' ELSE 'Decided' END",
            ["Decision"] = $"CASE WHEN n % 17 > 0 AND n % 19 > 0 THEN {decision} END",
        }, null);
        await transaction.CommitAsync();
    }
}

/// <summary>One portal for all tests of a large project: it takes seconds to fill. Beside them nothing else is measured.</summary>
[CollectionDefinition(nameof(LargeCollection))]
public sealed class LargeCollection : ICollectionFixture<LargeHost>;
