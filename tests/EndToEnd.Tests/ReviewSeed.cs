using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.Imaging.Samples;
using FewShotAD.Infrastructure.Persistence.Sqlite;
using FewShotAD.Infrastructure.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.EndToEnd.Tests;

/// <summary>Scored images in a project of a running portal, written as a training run would leave them: no test of the review trains anything.</summary>
internal static class ReviewSeed
{
    public static readonly Calibration Line = new(CertainlyGood: 1, CertainlyDefective: 2, NormalScore: 0.5, NormalPixel: 0.1, PixelThreshold: 0.6);

    private const int MapSide = 56;

    /// <param name="scores">One for each image; from 2 on a defect, above 1 uncertain.</param>
    /// <param name="secondShare">Percent of second reviews.</param>
    /// <param name="labels">Of the images, one for each; left out, the first and the last are known to be defective.</param>
    public static async Task ScoresAsync(
        PortalProcess portal, string projectText, IReadOnlyList<double> scores, int secondShare, CancellationToken ct, IReadOnlyList<ImageLabel>? labels = null)
    {
        var id = new ProjectId(Guid.Parse(projectText));
        var blobs = new FileBlobStore(Path.Combine(portal.DataDirectory, "blobs"), new Spool(Path.Combine(portal.DataDirectory, "blobs", "spool")), TimeProvider.System);
        await using var context = await OpenOfAsync(portal, id, ct);
        var project = await context.Projects.SingleAsync(p => p.Id == id, ct);
        Assert.True(project.SecondReviews(secondShare, false).Succeeded);
        var now = TimeProvider.System.GetUtcNow();
        var samples = SamplePart.All[0].Generate(5).ToList();
        var shots = new List<InspectionImage>();
        for (var i = 0; i < 2; i++)
            shots.Add(await ImageAsync($"train/good/{i:000}.png", samples[i].Image, i, ImageSplit.Support));
        var images = new List<InspectionImage>();
        for (var i = 0; i < scores.Count; i++)
        {
            var kind = SamplePart.All[0].DefectTypes[i % SamplePart.All[0].DefectTypes.Count];
            var drawn = samples.Where(s => scores[i] >= 1.5 ? s.DefectType == kind : s.DefectType is null).ElementAt(i % 5).Image;
            images.Add(await ImageAsync($"test/{i:000}.png", drawn, 10 + i, ImageSplit.Test));
        }

        if (labels is null)
        {
            Assert.True(images[0].Classify(ImageSplit.Test, ImageLabel.Defective, "scratch").Succeeded);
            Assert.True(images[^1].Classify(ImageSplit.Test, ImageLabel.Defective, "dent").Succeeded);
        }
        else
        {
            foreach (var (image, label) in images.Zip(labels))
                Assert.True(image.Classify(ImageSplit.Test, label).Succeeded);
        }

        var recipe = TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 };
        var run = TrainingRun.Queue(project, 1, recipe, new DataSnapshot([.. shots.Select(s => s.Id)], [], [.. images.Select(i => i.Id)]), project.CreatedBy, now).Value;
        Assert.True(run.Claim("test", now).Succeeded);
        Assert.True(run.Succeed(now).Succeeded);
        var bundle = await blobs.PutAsync(project.TenantId, BlobKind.Model, new MemoryStream([1, 2, 3]), ct);
        var model = TrainedModel.Create(run, project.TakeModelVersion(), bundle, 3, bundle.Sha256, Line, now);
        context.Add(run);
        context.Add(model);
        context.AddRange(shots.Concat(images));
        for (var i = 0; i < scores.Count; i++)
        {
            var map = await blobs.PutAsync(project.TenantId, BlobKind.Map, new MemoryStream(AnomalyMapFile.Encode(MapOf(i, scores[i]), MapSide, MapSide)), ct);
            context.Add(ScoredImage.Create(model, images[i], scores[i], map, images[i].Blobs.Thumbnail, now));
        }

        await context.SaveChangesAsync(ct);

        async Task<InspectionImage> ImageAsync(string name, RgbImage drawn, int number, ImageSplit split)
        {
            var pixels = drawn.Pixels.ToArray();
            BitConverter.TryWriteBytes(pixels, number);
            var picture = new RgbImage(drawn.Width, drawn.Height, pixels);
            using var png = new MemoryStream();
            PngWriter.Write(picture, png);
            using var jpeg = new MemoryStream();
            ThumbnailWriter.Write(picture, 256, jpeg);
            async Task<BlobKey> Put(BlobKind kind, MemoryStream content) => await blobs.PutAsync(project.TenantId, kind, new MemoryStream(content.ToArray()), ct);
            var keys = new ImageBlobs(await Put(BlobKind.Original, png), await Put(BlobKind.View, png), await Put(BlobKind.Thumbnail, jpeg));
            var facts = new ImageFacts(picture.Width, picture.Height, "png", png.Length, Convert.ToHexStringLower(SHA256.HashData(png.ToArray())));
            var image = InspectionImage.Create(project, name, facts, keys, project.CreatedBy, now).Value;
            Assert.True(image.Classify(split, split == ImageSplit.Support ? ImageLabel.Normal : ImageLabel.Unknown).Succeeded);
            return image;
        }
    }

    /// <summary>Another version of the project's model, which says something else of the same images.</summary>
    /// <param name="change">From the score that the first version gave.</param>
    public static async Task AnotherVersionAsync(PortalProcess portal, string projectText, Func<double, int, double> change, CancellationToken ct)
    {
        var id = new ProjectId(Guid.Parse(projectText));
        await using var context = await OpenOfAsync(portal, id, ct);
        var project = await context.Projects.SingleAsync(p => p.Id == id, ct);
        var before = await context.Models.Where(m => m.ProjectId == id).OrderByDescending(m => m.Version).FirstAsync(ct);
        var old = await context.Runs.SingleAsync(r => r.Id == before.RunId, ct);
        var now = TimeProvider.System.GetUtcNow();
        var run = TrainingRun.Queue(project, old.Number + 1, old.Recipe, old.Snapshot, project.CreatedBy, now).Value;
        Assert.True(run.Claim("test", now).Succeeded);
        run.Apply(new WorkerMessage.Started("cpu", "There is no CUDA device.", 2, "0.1.0+e1f5bc3", "TorchSharp 0.107.0, libtorch 2.10.0, .NET 10.0.0", 0));
        Assert.True(run.Succeed(now).Succeeded);
        var model = TrainedModel.Create(run, project.TakeModelVersion(), before.Bundle, before.BundleBytes, before.DataHash, Line, now);
        model.Measure(new EvaluationMetrics(24, 16, 16, 0.97, 0.96, 0.93, 0.98, Aupro: 0.91));
        context.AddRange(run, model);
        var images = await context.Images.Where(i => i.ProjectId == id).ToDictionaryAsync(i => i.Id, ct);
        foreach (var (i, result) in (await context.Results.Where(r => r.ModelId == before.Id).OrderBy(r => r.ImageName).ToListAsync(ct)).Index())
            context.Add(ScoredImage.Create(model, images[result.ImageId], change(result.Score, i), result.Map, result.Heatmap, now));
        await context.SaveChangesAsync(ct);
    }

    /// <summary>What a schedule leaves for people to find: drift, the newest version as its challenger, and a run that failed.</summary>
    public static async Task ScheduleAtWorkAsync(PortalProcess portal, string projectText, CancellationToken ct)
    {
        var id = new ProjectId(Guid.Parse(projectText));
        await using var context = await OpenOfAsync(portal, id, ct);
        var project = await context.Projects.SingleAsync(p => p.Id == id, ct);
        var model = await context.Models.Where(m => m.ProjectId == id).OrderByDescending(m => m.Version).FirstAsync(ct);
        var run = await context.Runs.SingleAsync(r => r.Id == model.RunId, ct);
        var now = TimeProvider.System.GetUtcNow();
        var schedule = Schedule.Create(project, "Watch the line", new ScheduleRule(ScheduleTrigger.Drift), run.Recipe, TimeZoneInfo.Utc, project.CreatedBy, now).Value;
        schedule.TellDrift(new DriftFigures(0.31, 0.22), now);
        var outcome = schedule.Occur(now, "Scores have drifted: PSI 0.31 (limit 0.25), KS 0.22 (limit 0.2) over the last 60 images", run, null, TimeZoneInfo.Utc, now);
        outcome.Finish("Challenger v2 with image AUROC 0.970; published v1 with image AUROC 0.941. Compare them, then decide.");
        schedule.TellChallenger(outcome, model.Id.Value, model.Version, now.AddSeconds(1));
        var failed = TrainingRun.Queue(project, run.Number + 1, run.Recipe, run.Snapshot, project.CreatedBy, now).Value;
        Assert.True(failed.Claim("test", now).Succeeded && failed.Fail("The worker ran out of memory. Choose a smaller batch or image size.", null, now.AddSeconds(2)).Succeeded);
        context.AddRange(schedule, outcome, failed);
        await context.SaveChangesAsync(ct);
    }

    /// <summary>Adds copies of the scored images, on the same blobs: a long list at the price of its rows.</summary>
    public static void Multiply(PortalProcess portal, int copies)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(portal.DataDirectory, "portal.db")};Default Timeout=30");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        void Run(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        string Others(string table, params string[] own)
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT group_concat('t.\"' || name || '\"', ', ') FROM pragma_table_info('{table}') WHERE name NOT IN ({string.Join(", ", own.Select(name => $"'{name}'"))})";
            return (string)command.ExecuteScalar()!;
        }

        Run($"CREATE TEMP TABLE copies AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {copies}), r(i, id) AS (SELECT row_number() OVER (ORDER BY Id) - 1, Id FROM Results) SELECT n.n, r.id FROM n JOIN r ON r.i = n.n % (SELECT COUNT(*) FROM Results)");
        var (image, result) = (Others("Images", "Id", "Name", "Sha256"), Others("Results", "Id", "ImageId", "Score", "ImageName"));
        Run($"INSERT INTO Images (Id, Name, Sha256, {image.Replace("t.", "", StringComparison.Ordinal)}) SELECT printf('019A0000-0000-7000-8000-A%011X', c.n), printf('copy/%06d.png', c.n), printf('%064x', c.n), {image} FROM temp.copies c JOIN Results r ON r.Id = c.id JOIN Images t ON t.TenantId = r.TenantId AND t.Id = r.ImageId");
        Run($"INSERT INTO Results (Id, ImageId, Score, {result.Replace("t.", "", StringComparison.Ordinal)}) SELECT printf('019A0000-0000-7000-8000-B%011X', c.n), printf('019A0000-0000-7000-8000-A%011X', c.n), t.Score - c.n * 0.00001, {result} FROM temp.copies c JOIN Results t ON t.Id = c.id");
        Run("DROP TABLE temp.copies");
        transaction.Commit();
    }

    /// <summary>As the team of a project that a person made in the browser.</summary>
    private static async Task<SqlitePortalDbContext> OpenOfAsync(PortalProcess portal, ProjectId id, CancellationToken ct)
    {
        await using var nobody = Open(portal, default);
#pragma warning disable RS0030 // Whose the project is, only the project says.
        return Open(portal, await nobody.Projects.IgnoreQueryFilters().Where(p => p.Id == id).Select(p => p.TenantId).SingleAsync(ct));
#pragma warning restore RS0030
    }

    private static SqlitePortalDbContext Open(PortalProcess portal, TenantId tenant) =>
        new(SqliteContexts.OptionsFor(Path.Combine(portal.DataDirectory, "portal.db")), tenant);

    /// <summary>A warm spot on a cool ground.</summary>
    private static float[] MapOf(int number, double score)
    {
        var (x, y) = (12 + (number * 7 % 32), 12 + (number * 11 % 32));
        var values = new float[MapSide * MapSide];
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(0.1 + (score / 2 * Math.Exp(-(Math.Pow((i % MapSide) - x, 2) + Math.Pow((i / MapSide) - y, 2)) / 40)));
        return values;
    }
}
