using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;

namespace FewShotAD.Portal.Tests.Line;

/// <summary>A project whose latest model has scored images of every label, by the line T1 = 1 and T2 = 2.</summary>
internal sealed record LinedProject(ProjectId Project, TrainedModel Model, IReadOnlyList<InspectionImage> Images, IReadOnlyList<ScoredImage> Results)
{
    public static readonly (string Name, ImageSplit Split, ImageLabel Label, double Score)[] Usual =
    [
        ("good/0", ImageSplit.Test, ImageLabel.Normal, 0.4), ("good/1", ImageSplit.Test, ImageLabel.Normal, 1.0), ("good/2", ImageSplit.Test, ImageLabel.Normal, 1.6),
        ("bad/0", ImageSplit.Test, ImageLabel.Defective, 0.9), ("bad/1", ImageSplit.Test, ImageLabel.Defective, 1.8), ("bad/2", ImageSplit.Test, ImageLabel.Defective, 3),
        ("what/0", ImageSplit.Test, ImageLabel.Unknown, 1.7), ("loose/0", ImageSplit.Unassigned, ImageLabel.Defective, 1.9),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ResultId Result(string name) => Results.Single(r => r.ImageId == Images.Single(i => i.Name == name).Id).Id;

    public static async Task<LinedProject> CreateAsync(TeamAtWork team, IReadOnlyList<(string Name, ImageSplit Split, ImageLabel Label, double Score)>? images = null)
    {
        images ??= Usual;
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var rows = await team.RowsAsync(project, [.. images.Select(image => (image.Name, image.Split, image.Label))]);
        var (model, results) = await team.ModelAsync(project, await team.RunAsync(project), [.. rows.Zip(images, (row, image) => (row, image.Score))]);
        return new LinedProject(project, model, rows, results);
    }

    /// <summary>A member with an account of that name.</summary>
    public static async Task<Actor> MemberAsync(TeamAtWork team, string name, TeamRole role, DateTimeOffset now)
    {
        var user = new UserId(Guid.NewGuid());
        await using var context = team.Open();
        context.Users.Add(new PortalUser { Id = user.Value, UserName = $"{user}", DisplayName = name });
        context.Memberships.Add(Membership.Create(team.Tenant, user, role, now));
        await context.SaveChangesAsync(Ct);
        return new Actor(team.Tenant, user, role);
    }
}
