using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;

namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>A tenant with one project, support shots and test images whose blobs are stored.</summary>
internal sealed record Team(Installation Installation, TenantId Tenant, Project Project, IReadOnlyList<InspectionImage> Support, IReadOnlyList<InspectionImage> Test)
{
    public static readonly UserId Somebody = new(Guid.Parse("0198f3c0-0000-7000-8000-000000000001"));

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static async Task<Team> CreateAsync(Installation installation, CancellationToken ct, string name = "Team", int shots = 2, int tests = 2)
    {
        var tenant = Tenancy.Create(name);
        await using var context = installation.Db.ForTenant(tenant.TenantId);
        context.Tenants.Add(tenant);
        var project = Domain.Projects.Project.Create(tenant.TenantId, "Bracket", "", Somebody, Start).Value;
        context.Projects.Add(project);
        var support = new List<InspectionImage>();
        var test = new List<InspectionImage>();
        for (var i = 0; i < shots + tests; i++)
        {
            var image = await ImageAsync(installation, project, $"{name}-{i}", ct);
            Assert.True(image.Classify(i < shots ? ImageSplit.Support : ImageSplit.Test, ImageLabel.Normal).Succeeded);
            (i < shots ? support : test).Add(image);
        }

        context.Images.AddRange(support.Concat(test));
        await context.SaveChangesAsync(ct);
        return new Team(installation, tenant.TenantId, project, support, test);
    }

    /// <summary>A run in the state “queued”; not in the queue.</summary>
    public async Task<TrainingRun> RunAsync(CancellationToken ct, int number = 1, Action<TrainingRun>? before = null, QueueTicket? ticket = null, DateTimeOffset? at = null)
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = Support.Count };
        var snapshot = new DataSnapshot([.. Support.Select(i => i.Id)], [], [.. Test.Select(i => i.Id)]);
        var run = TrainingRun.Queue(Project, number, recipe, snapshot, Somebody, at ?? DateTimeOffset.UnixEpoch.AddYears(56), ticket).Value;
        before?.Invoke(run);
        await using var context = Installation.Db.ForTenant(Tenant);
        context.Runs.Add(run);
        await context.SaveChangesAsync(ct);
        return run;
    }

    public static async Task<InspectionImage> ImageAsync(Installation installation, Project project, string content, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        async Task<BlobKey> Put(BlobKind kind) => await installation.Blobs.PutAsync(project.TenantId, kind, new MemoryStream(bytes), ct);
        var facts = new ImageFacts(8, 8, "png", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var blobs = new ImageBlobs(await Put(BlobKind.Original), await Put(BlobKind.View), await Put(BlobKind.Thumbnail));
        return InspectionImage.Create(project, $"{content}.png", facts, blobs, Somebody, Start).Value;
    }

    private static class Tenancy
    {
        public static Tenant Create(string name) => Domain.Tenancy.Tenant.Create(name, Start).Value;
    }
}
