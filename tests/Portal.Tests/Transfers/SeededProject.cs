using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Imaging;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Transfers;

/// <summary>A project with an image of every kind, masks, and two models that have scored.</summary>
internal static class SeededProject
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<ProjectId> CreateAsync(PortalHost host, IBlobStore blobs, TeamAtWork team, string name)
    {
        var project = await team.ProjectAsync(name);
        await team.ShotsAsync(project, 3);
        await team.UploadAsync(project, "test/good/000.png");
        await team.UploadAsync(project, "test/good/001.png");
        await team.UploadAsync(project, "loose.png", ImageSplit.Test, ImageLabel.Unknown);
        await team.UploadAsync(project, "spare.png", ImageSplit.Unassigned, ImageLabel.Normal);
        await team.UploadAsync(project, "nobody knows.png");
        foreach (var path in new[] { "test/scratch/000.png", "test/scratch/001.png", "test/dent/000.png" })
        {
            await team.UploadAsync(project, path);
            var mask = path.Replace("test/", "ground_truth/", StringComparison.Ordinal).Replace(".png", "_mask.png", StringComparison.Ordinal);
            Assert.True((await team.TryUploadAsync(project, mask, MaskOf(path.Length + TeamAtWork.Next()))).Succeeded);
        }

        // What no folder can say: a defective image of no type, a type that is no folder, an unassigned one with a mask, twins by name.
        await team.UploadAsync(project, "odd/one.png", ImageSplit.Test, ImageLabel.Defective);
        var slashed = await team.UploadAsync(project, "twin.png");
        var unassigned = await team.UploadAsync(project, "test/dent/001.png");
        Assert.True((await team.TryUploadAsync(project, "ground_truth/dent/001_mask.png", MaskOf(3))).Succeeded);
        await team.UploadAsync(project, "twin.png", ImageSplit.Test, ImageLabel.Defective);
        await using (var context = team.Open())
        {
            var image = await context.Images.SingleAsync(i => i.Id == slashed, Ct);
            Assert.True(image.Classify(ImageSplit.Test, ImageLabel.Defective, "dirt: 5/8 \"wide\"").Succeeded);
            var moved = await context.Images.SingleAsync(i => i.Id == unassigned, Ct);
            Assert.True(moved.Classify(ImageSplit.Unassigned, ImageLabel.Defective, "dent").Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        await DrawAsync(host, team, project);
        await TrainAsync(host, blobs, team, project, 1.25);
        await TrainAsync(host, blobs, team, project, -0.5);
        // What the service does from second to second.
        var rescoring = host.Services.GetRequiredService<Rescoring>();
        while (await rescoring.StepAsync(team.Tenant, project, Ct))
        {
        }

        await ReviewAsync(host, team, project);
        return project;
    }

    /// <summary>
    /// Second reviews of all that is flagged, a published model, and results in every state of a review: agreed upon and accepted, in
    /// conflict, judged once, taken back, reopened, and one that waits for its second person.
    /// </summary>
    private static async Task ReviewAsync(PortalHost host, TeamAtWork team, ProjectId project)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (ada, grace) = (await MemberAsync(team, "Ada"), await MemberAsync(team, "Grace"));
        List<ResultId> flagged, normal;
        await using (var context = team.Open())
        {
            var models = await context.Models.Where(m => m.ProjectId == project).OrderBy(m => m.Version).ToListAsync(Ct);
            var owner = await context.Projects.SingleAsync(p => p.Id == project, Ct);
            Assert.True(owner.SecondReviews(100, uncertain: true).Succeeded);
            Assert.True(owner.Publish(models[0], host.Time.Now).Succeeded);
            await context.SaveChangesAsync(Ct);
            flagged = await context.Results.Where(r => r.ModelId == models[0].Id).OrderByDescending(r => r.Score).Select(r => r.Id).Take(3).ToListAsync(Ct);
            normal = await context.Results.Where(r => r.ModelId == models[1].Id).OrderBy(r => r.Score).Select(r => r.Id).Take(3).ToListAsync(Ct);
        }

        Task GiveAsync(Actor who, ResultId result, ReviewDecision decision, string? type = null) => GivenAsync(services, who, result, decision, type);
        await GiveAsync(ada, flagged[0], ReviewDecision.Defect, "scratch");
        await GiveAsync(grace, flagged[0], ReviewDecision.Defect, "dent");
        Assert.True((await services.GetRequiredService<AcceptReviewed>().HandleAsync(team.Owner, new(project, [flagged[0]]), Ct)).Succeeded);
        await GiveAsync(ada, flagged[1], ReviewDecision.Defect);
        await GiveAsync(grace, flagged[1], ReviewDecision.Normal);
        await GiveAsync(ada, flagged[2], ReviewDecision.Defect);
        await SecondReviewsAsync(team, project, 0);
        await GiveAsync(grace, normal[0], ReviewDecision.Normal);
        await GiveAsync(ada, normal[1], ReviewDecision.Unsure);
        Assert.True((await services.GetRequiredService<WithdrawVerdict>().HandleAsync(ada, normal[1], Ct)).Succeeded);
        await GiveAsync(ada, normal[2], ReviewDecision.Defect, "scratch");
        Assert.True((await services.GetRequiredService<ReopenReview>().HandleAsync(team.Engineer, new(normal[2], "The lamp was off"), Ct)).Succeeded);
        await SecondReviewsAsync(team, project, 40);
    }

    /// <summary>It holds for first verdicts that are given from then on.</summary>
    private static async Task SecondReviewsAsync(TeamAtWork team, ProjectId project, int share)
    {
        await using var context = team.Open();
        Assert.True((await context.Projects.SingleAsync(p => p.Id == project, Ct)).SecondReviews(share, uncertain: false).Succeeded);
        await context.SaveChangesAsync(Ct);
    }

    private static async Task GivenAsync(IServiceProvider services, Actor who, ResultId result, ReviewDecision decision, string? type)
    {
        var given = await services.GetRequiredService<GiveVerdict>().HandleAsync(who, new(result, decision, type, "Looked twice"), Ct);
        Assert.True(given.Succeeded, given.Error?.Message);
    }

    private static async Task<Actor> MemberAsync(TeamAtWork team, string name)
    {
        var user = new UserId(Guid.NewGuid());
        await using var context = team.Open();
        context.Users.Add(new PortalUser { Id = user.Value, UserName = $"{user}", DisplayName = name });
        context.Memberships.Add(Membership.Create(team.Tenant, user, TeamRole.Reviewer, TimeProvider.System.GetUtcNow()));
        await context.SaveChangesAsync(Ct);
        return new Actor(team.Tenant, user, TeamRole.Reviewer);
    }

    /// <summary>Shapes over an imported mask, an ignore region of a test image and of a shot, and one of the whole project.</summary>
    private static async Task DrawAsync(PortalHost host, TeamAtWork team, ProjectId project)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await using var context = team.Open();
        Task<ImageId> Named(string name) => context.Images.Where(i => i.ProjectId == project && i.Name == name).Select(i => i.Id).SingleAsync(Ct);
        Shape ignored = new(ShapeTool.Brush, ShapeLayer.Ignore, [3, 3, 20.5, 9], 2.5), defect = new(ShapeTool.Polygon, ShapeLayer.Defect, [5, 5, 30, 8, 12, 30], DefectType: "scratch");
        var save = scope.ServiceProvider.GetRequiredService<SaveAnnotation>();
        Assert.True((await save.HandleAsync(team.Engineer, new(await Named("test/scratch/000.png"), [defect, new(ShapeTool.Erase, ShapeLayer.Defect, [9, 9], 4), ignored]), Ct)).Succeeded);
        Assert.True((await save.HandleAsync(team.Engineer, new(await Named("train/good/000.png"), [ignored]), Ct)).Succeeded);
        var region = scope.ServiceProvider.GetRequiredService<SaveProjectIgnore>();
        Assert.True((await region.HandleAsync(team.Engineer, new(project, 96, 80, [new(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 96, 6])]), Ct)).Succeeded);
    }

    /// <summary>A run that is over, its model with metrics and a bundle that is stored, and a score for each test image.</summary>
    public static async Task<TrainedModel> TrainAsync(PortalHost host, IBlobStore blobs, TeamAtWork team, ProjectId project, double first)
    {
        var run = await team.RunAsync(project);
        await team.WorkAsync(run, r => r.Claim("node", host.Time.Now));
        await using var context = team.Open();
        var owner = await context.Runs.SingleAsync(r => r.Id == run, Ct);
        var version = (await context.Projects.SingleAsync(p => p.Id == project, Ct)).TakeModelVersion();
        var bytes = Encoding.UTF8.GetBytes($"bundle {version} {TeamAtWork.Next()}");
        var bundle = await blobs.PutAsync(team.Tenant, BlobKind.Model, new MemoryStream(bytes), Ct);
        var model = TrainedModel.Create(owner, version, bundle, bytes.Length, new string('a', 64), TeamAtWork.Line, host.Time.Now,
            [.. owner.Snapshot.Support.Select((_, i) => 0.5 + i)]);
        model.Measure(new EvaluationMetrics(2, 4, 3, 0.9, 0.8, 0.7, null, Aupro: 0.5));
        context.Models.Add(model);
        var images = await context.Images.Where(i => i.ProjectId == project && i.Split == ImageSplit.Test).OrderBy(i => i.Sha256).ToListAsync(Ct);
        foreach (var image in images)
        {
            var map = await blobs.PutAsync(team.Tenant, BlobKind.Map, new MemoryStream(AnomalyMapFile.Encode([(float)first, 1, 2, 4], 2, 2)), Ct);
            var heatmap = await blobs.PutAsync(team.Tenant, BlobKind.Heatmap, new MemoryStream(Picture.Png(TeamAtWork.Next())), Ct);
            context.Results.Add(ScoredImage.Create(model, image, first += 0.3, map, heatmap, host.Time.Now));
        }

        Assert.True(owner.Succeed(host.Time.Now).Succeeded);
        await context.SaveChangesAsync(Ct);
        return model;
    }

    public static byte[] MaskOf(int seed)
    {
        var random = new Random(seed);
        var values = new byte[Picture.Width * Picture.Height];
        for (var blob = 0; blob < 4; blob++)
        {
            var (left, top) = (random.Next(Picture.Width - 6), random.Next(Picture.Height - 6));
            for (var i = 0; i < 36; i++)
                values[((top + (i / 6)) * Picture.Width) + left + (i % 6)] = random.Next(5) > 0 ? byte.MaxValue : (byte)0;
        }

        using var stream = new MemoryStream();
        PngWriter.WriteGrey(values, Picture.Width, Picture.Height, stream);
        return stream.ToArray();
    }
}
