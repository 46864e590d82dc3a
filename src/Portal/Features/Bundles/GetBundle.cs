using System.Globalization;
using System.Security.Cryptography;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Bundles;

/// <summary>A version as one file: made whole on disk before the first byte is sent, so that what is missing is an error and not a torn download.</summary>
public sealed class GetBundle(PortalDb db, IBlobStore blobs, GoldenChoice golden, BundleShelf shelf, TimeProvider time) : IUseCase
{
    /// <param name="Part">A part of it is wanted, as of a download that goes on: one that was made a while ago will do.</param>
    /// <param name="Sha256">The file that the caller has a part of; null where that is not said.</param>
    public sealed record Request(ModelId Id, bool Part = false, string? Sha256 = null);

    /// <param name="File">At its beginning; the caller's to close.</param>
    /// <param name="Sha256">Of the file.</param>
    public sealed record Answer(FileStream File, string Name, string Sha256);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Read);
        if (!allowed.Succeeded)
            return allowed.Error;
        await using var context = db.ForTenant(actor.Tenant);
        var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == request.Id, ct);
        if (model is null)
            return new ModelNotFound();
        var project = await context.Projects.AsNoTracking().FirstAsync(p => p.Id == model.ProjectId, ct);
        if (!request.Part)
            return await MakeAsync(context, actor, project, model, ct);
        using var turn = await shelf.WaitAsync(model.Id, ct);
        if (shelf.Find(actor, model.Id, request.Sha256) is not { } found)
            return await MakeAsync(context, actor, project, model, ct);
        if (found.IsNewToThem)
            await RecordAsync(context, actor, project, model, ct);
        return new Answer(found.File, found.Name, found.Sha256);
    }

    private async Task<Result<Answer>> MakeAsync(PortalDbContext context, Actor actor, Project project, TrainedModel model, CancellationToken ct)
    {
        var run = await context.Runs.AsNoTracking().FirstAsync(r => r.Id == model.RunId, ct);
        var chosen = await golden.OfAsync(context, model, run, ct);
        if (!chosen.Succeeded)
            return chosen.Error;
        var sources = new List<PortableSource> { Source(model, PortableFile.Model, $"{project.Name} v{model.Version}", model.Bundle) };
        var images = chosen.Value.Select((image, i) =>
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"golden/{i}.png");
            sources.Add(Source(model, path, image.Name, image.View));
            return new GoldenImage(image.Name, path, image.Why, image.Score, model.Calibration.Scale(image.Score), image.Map);
        }).ToList();
        var (categories, missing) = await TrainingAsync(context, model, run.Snapshot, sources, ct);
        var origin = model.Origin ?? ModelOrigin.Of(run);
        var manifest = new PortableModel(
            PortableModel.CurrentFormat, project.Name, project.Description, model.Version, run.Recipe.Method, run.Recipe, BackboneOf(run.Recipe),
            new PortableOrigin(origin.CodeVersion, origin.LibraryVersions, run.Device, origin.Data, model.CreatedAt), model.DataHash, model.ShotScores,
            model.Fitted, model.Calibration.Thresholds(), model.Metrics, await ShotsAsync(context, run, ct), categories,
            missing + Math.Max(0, origin.Data.CategoryImages - run.Snapshot.TrainingCategories.Sum(c => c.Images.Count)), PortableModel.OwnTolerance, images, []);

        var file = shelf.NewFile();
        try
        {
            var written = await PortableFile.WriteAsync(file, manifest, sources, ct);
            if (!written.Succeeded)
            {
                await DeleteAsync(file);
                return written.Error;
            }

            var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
            await RecordAsync(context, actor, project, model, ct);
            var name = $"{project.Name} v{model.Version}{PortableFile.Extension}";
            await file.DisposeAsync();
            return new Answer(shelf.Put(actor, model.Id, file.Name, name, sha256), name, sha256);
        }
        catch
        {
            await DeleteAsync(file);
            throw;
        }
    }

    private static async Task DeleteAsync(FileStream file)
    {
        await file.DisposeAsync();
        File.Delete(file.Name);
    }

    private async Task RecordAsync(PortalDbContext context, Actor actor, Project project, TrainedModel model, CancellationToken ct)
    {
        context.Record(actor, time, AuditAction.ModelDownload, "model", model.Id, $"v{model.Version} of {project.Name}");
        await context.SaveChangesAsync(ct);
    }

    private PortableSource Source(TrainedModel model, string path, string name, BlobKey key) =>
        new(path, name, ct => blobs.OpenReadAsync(model.TenantId, key, ct));

    private static PortableBackbone BackboneOf(TrainingRecipe recipe) =>
        new(recipe.Backbone, [.. BackboneChoice.Find(recipe.Backbone)?.Files.Select(file => new PortableWeights(file.Name, file.Sha256)) ?? []]);

    private static async Task<List<PortableShot>> ShotsAsync(PortalDbContext context, TrainingRun run, CancellationToken ct)
    {
        var support = run.Snapshot.Support.ToList();
        var shots = await context.Images.AsNoTracking().Where(i => support.Contains(i.Id)).Select(i => new { i.Id, i.Name, i.Sha256 }).ToDictionaryAsync(i => i.Id, ct);
        // A version that came in a bundle may have shots that its project never had; the model's own file has them all.
        return [.. Enumerable.Range(0, run.Recipe.Shots).Select(i => i < support.Count && shots.TryGetValue(support[i], out var shot) ? new PortableShot(shot.Name, shot.Sha256) : new PortableShot(null, null))];
    }

    /// <summary>The images of other parts that are still stored; those that are not are counted.</summary>
    private async Task<(List<PortableCategory> Categories, int Missing)> TrainingAsync(
        PortalDbContext context, TrainedModel model, DataSnapshot snapshot, List<PortableSource> sources, CancellationToken ct)
    {
        var (categories, missing) = (new List<PortableCategory>(), 0);
        foreach (var category in snapshot.TrainingCategories)
        {
            var ids = category.Images.ToList();
            var stored = await context.Images.AsNoTracking().Where(i => ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, ct);
            var paths = new List<string>();
            foreach (var image in ids.Where(stored.ContainsKey).Select(id => stored[id]))
            {
                paths.Add(string.Create(CultureInfo.InvariantCulture, $"training/{categories.Count}/{paths.Count}.png"));
                sources.Add(Source(model, paths[^1], image.Name, image.Blobs.View));
            }

            missing += ids.Count - paths.Count;
            categories.Add(new PortableCategory(category.Name, paths));
        }

        return (categories, missing);
    }
}
