using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Bundles;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Tensors;

namespace FewShotAD.TrainingJobs.Jobs;

/// <summary>A golden image: what the bundle says, what its model says here, and what the model says that was trained anew.</summary>
/// <param name="StoredVerdict">The bundle's model held against the bundle.</param>
/// <param name="Verdict">The new model held against the bundle.</param>
/// <param name="IsStoredAgain">The new model says the same to the bit as the bundle's model does here: then what differs is the machine and not the training.</param>
public sealed record ReproducedImage(
    string Name, double Expected, double Stored, double Retrained, GoldenVerdict StoredVerdict, GoldenVerdict Verdict, bool IsStoredAgain, string? What);

/// <summary>A part of the origin that is another one here.</summary>
public sealed record OriginDifference(string What, string? There, string? Here);

/// <param name="Same">Every image is the same to the bit or within the tolerance.</param>
public sealed record ReproductionReport(
    string Project, int Version, GoldenVerdict Verdict, bool Same, double Tolerance, double LargestDifference, string LargestOn, IReadOnlyList<ReproducedImage> Images,
    IReadOnlyList<OriginDifference> Differences, int Threads, string Device);

/// <summary>Trains a bundle's model anew from what the bundle brings along, and scores its golden images with both.</summary>
/// <param name="folder">Empty; the caller's, who deletes it.</param>
/// <param name="weights">Where backbones come from; null for the usual places.</param>
internal sealed class Reproduction(string folder, string device, int threads, string? backbones, Action<WorkerMessage> report, Weights.WeightStore? weights = null)
{
    public async Task<Result<ReproductionReport>> RunAsync(string bundle, CancellationToken ct)
    {
        var unpacked = await BundleFolder.UnpackAsync(bundle, Path.Combine(folder, "bundle"), ct);
        if (!unpacked.Succeeded)
            return unpacked.Error;
        var content = unpacked.Value;
        if (content.Manifest.Missing > 0)
            return new NotAllImagesThere(content.Manifest.Missing);
        var compute = Compute.Configure(device, threads);
        if (!compute.Succeeded)
            return compute.Error;
        var stored = ModelBundle.Read(content[PortableFile.Model], ct);
        if (!stored.Succeeded)
            return stored.Error;
        var trained = Train(content, stored.Value, ct);
        if (!trained.Succeeded)
            return trained.Error;
        var before = Score(content, content[PortableFile.Model], compute.Value, ct);
        if (!before.Succeeded)
            return before.Error;
        var after = Score(content, trained.Value, compute.Value, ct);
        return after.Succeeded ? Report(content.Manifest, before.Value, after.Value, compute.Value) : after.Error;
    }

    /// <summary>As the portal has it done: the same job, with files of the bundle in place of the project's.</summary>
    /// <returns>The new model's file.</returns>
    private Result<string> Train(BundleFolder content, ModelBundle stored, CancellationToken ct)
    {
        var work = Path.Combine(folder, "work");
        // The shots at the network's side are all that a run sees of them, and the model's file has exactly these pixels.
        var support = stored.Shots.Select((shot, i) =>
        {
            var path = Path.Combine(folder, $"shot{i}.png");
            using var file = File.Create(path);
            PngWriter.Write(new RgbImage(shot.Side, shot.Side, shot.Pixels), file);
            return new JobImage($"shot {i + 1}", path);
        }).ToList();
        var manifest = new JobManifest
        {
            RunId = "reproduction",
            Recipe = content.Manifest.Recipe,
            Support = support,
            TrainingCategories = [.. content.Manifest.Training.Select(c => new TrainingCategory(c.Name, [.. c.Images.Select(path => new JobImage(path, content[path]))]))],
            WorkDirectory = work,
            Device = device,
            Threads = threads,
            BackboneDirectory = backbones,
        };
        var job = weights is null ? new TrainingJob(manifest, report, TimeProvider.System) : new TrainingJob(manifest, report, TimeProvider.System) { Weights = weights };
        var done = job.Run(ct);
        return done.Succeeded ? Path.Combine(work, ModelBundle.FileName) : done.Error;
    }

    private static Result<List<ScoredMap>> Score(BundleFolder content, string path, Compute compute, CancellationToken ct)
    {
        var loaded = ReadyModel.Load(path, compute.Device, ct);
        if (!loaded.Succeeded)
            return loaded.Error;
        using var ready = loaded.Value;
        var scorer = new ImageScorer(ready.Model, compute.Device);
        var maps = new List<ScoredMap>();
        foreach (var golden in content.Manifest.Golden)
        {
            ct.ThrowIfCancellationRequested();
            var image = ImageReader.Read(content[golden.Path], ready.Manifest.Recipe.ImageSize, ct);
            if (!image.Succeeded)
                return image.Error;
            maps.AddRange(scorer.Score([image.Value]));
        }

        return maps;
    }

    private static ReproductionReport Report(PortableModel manifest, List<ScoredMap> before, List<ScoredMap> after, Compute compute)
    {
        var images = manifest.Golden.Select((golden, i) =>
        {
            var (stored, retrained) = (Held(manifest, golden, before[i]), Held(manifest, golden, after[i]));
            var again = before[i].Score.Equals(after[i].Score) && before[i].Map.AsSpan().SequenceEqual(after[i].Map);
            return new ReproducedImage(golden.Name, golden.Score, before[i].Score, after[i].Score, stored.Verdict, retrained.Verdict, again, retrained.What);
        }).ToList();
        var worst = images.MaxBy(image => Math.Abs(image.Retrained - image.Expected))!;
        var verdict = images.Max(image => image.Verdict);
        return new ReproductionReport(
            manifest.Project, manifest.Version, verdict, verdict != GoldenVerdict.Different, manifest.Tolerance, Math.Abs(worst.Retrained - worst.Expected), worst.Name, images,
            Differences(manifest.Origin, compute), compute.Threads, compute.Name);
    }

    private static GoldenComparison Held(PortableModel manifest, GoldenImage golden, ScoredMap scored) => GoldenComparison.Of(
        golden, manifest.Fitted, manifest.Tolerance, scored.Score, AnomalyMapFile.Encode(scored.Map, scored.Side, scored.Side));

    private static List<OriginDifference> Differences(PortableOrigin origin, Compute compute) =>
        [
            .. new OriginDifference[]
            {
                new("program", origin.CodeVersion, BuildInfo.CodeVersion),
                new("libraries", origin.LibraryVersions, BuildInfo.LibraryVersions),
                new("device", origin.Device, compute.Name),
            }.Where(part => part.There != part.Here),
        ];
}

public sealed record NotAllImagesThere(int Images) : Error(
    ErrorKind.Conflict, "reproduce.images",
    $"{(Images == 1 ? "One image" : $"{Images} images")} of other parts that the model learned from had been deleted when the bundle was made, so it cannot be made again. Its scores can still be checked by importing it.");
