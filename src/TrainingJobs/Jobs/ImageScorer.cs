using System.Security.Cryptography;
using System.Text;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Imaging;
using FewShotAD.TrainingJobs.Data;
using FewShotAD.TrainingJobs.Models;
using FewShotAD.TrainingJobs.Scoring;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Jobs;

/// <param name="Map">S×S values as they are stored: rounded to float16.</param>
/// <param name="Score">Follows from those values alone, so that a score can always be found again in its stored map.</param>
/// <param name="Ignored">Pixels that the score leaves out; null for none.</param>
/// <param name="FullScore">What the score is without leaving anything out; null when it does not.</param>
public sealed record ScoredMap(float[] Map, int Side, double Score, bool[]? Ignored = null, double? FullScore = null)
{
    /// <summary>The same map with the score of the pixels that count.</summary>
    /// <param name="window">Of the model: <see cref="IAnomalyModel.ScoreWindow"/>.</param>
    public ScoredMap Without(bool[]? ignored, int window) =>
        ignored is null ? this : this with { Score = ScoreReduction.Of(Map, Side, window, ignored), Ignored = ignored, FullScore = Score };
}

/// <summary>Scores images with a ready model.</summary>
public sealed class ImageScorer(IAnomalyModel model, Device device)
{
    /// <summary>Images in one pass: enough to keep the cores busy, few enough to stop within a second.</summary>
    public const int BatchSize = 8;

    public IReadOnlyList<ScoredMap> Score(IReadOnlyList<PixelImage> images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var maps = model.Maps(PixelImage.Batch(images, device)).cpu().contiguous(); // (B,S,S)
        var side = (int)maps.shape[1];
        return [.. Enumerable.Range(0, images.Count).Select(i => Stored(maps.Floats().Slice(i * side * side, side * side), side, model.ScoreWindow))];
    }

    private static ScoredMap Stored(ReadOnlySpan<float> values, int side, int window)
    {
        var map = new float[values.Length];
        for (var i = 0; i < map.Length; i++)
            map[i] = (float)(Half)values[i];
        return new ScoredMap(map, side, MapScore.Of(map, side, window));
    }
}

/// <summary>Where the files of a scored image lie, below one folder.</summary>
/// <param name="root">The work directory, or the output folder of the command line.</param>
public sealed class ScoreFiles(string root, Calibration calibration)
{
    public const string Maps = "maps";
    public const string Heatmaps = "heatmaps";

    /// <summary>Paths relative to the root. An id that is no plain file name is replaced by its hash.</summary>
    public static (string Map, string Heatmap) PathsFor(string id)
    {
        var plain = id.Length is > 0 and <= 100 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        var name = plain ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];
        return ($"{Maps}/{name}.fsam", $"{Heatmaps}/{name}.png");
    }

    public void Write(ScoredMap scored, string mapPath, string heatmapPath)
    {
        var colours = HeatmapRenderer.Render(
            scored.Map, scored.Side, scored.Side, calibration.ScaleLow, Math.Max(calibration.ScaleHigh, calibration.ScaleLow + 1e-6), ColourMap.Turbo);
        // The map comes last: where it is, the heatmap is as well, and a resumed run can trust both.
        WriteFile(heatmapPath, stream => PngWriter.Write(colours, stream));
        WriteFile(mapPath, stream => stream.Write(AnomalyMapFile.Encode(scored.Map, scored.Side, scored.Side)));
    }

    /// <summary>What was written before for this image, null when nothing usable is there.</summary>
    /// <param name="window">Of the model: <see cref="IAnomalyModel.ScoreWindow"/>.</param>
    public ScoredMap? TryRead(string mapPath, string heatmapPath, int side, int window)
    {
        try
        {
            if (!File.Exists(Path.Combine(root, heatmapPath)))
                return null;
            var (map, height, width) = AnomalyMapFile.Decode(File.ReadAllBytes(Path.Combine(root, mapPath)));
            return height == side && width == side ? new ScoredMap(map, side, MapScore.Of(map, side, window)) : null;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private void WriteFile(string relative, Action<Stream> write)
    {
        var path = Path.Combine(root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, write);
    }
}
