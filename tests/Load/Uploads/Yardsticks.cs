using System.Diagnostics;
using FewShotAD.Imaging;

namespace FewShotAD.Load.Uploads;

/// <summary>What the machine can do at best, measured on the same pictures: decoding, the whole work on a picture, and writing.</summary>
internal static class Yardsticks
{
    private const int ViewSide = 2048;
    private const int ThumbnailSide = 256;

    /// <summary>Pictures decoded a second by as many threads as there are cores.</summary>
    public static double Decode(IReadOnlyList<string> files, CancellationToken ct) => PerSecond(files, file => Decoded(file, ct), ct);

    /// <summary>The same with what an upload makes of a picture: the view as a PNG, and a thumbnail.</summary>
    public static double DecodeAndEncode(IReadOnlyList<string> files, CancellationToken ct) => PerSecond(files, file =>
    {
        var view = ImageResizer.Fit(Decoded(file, ct), ViewSide);
        using var buffer = new MemoryStream();
        PngWriter.Write(view, buffer);
        ThumbnailWriter.Write(view, ThumbnailSide, buffer);
    }, ct);

    /// <summary>Megabytes a second that reach the disk when files of these sizes are written one after the other.</summary>
    public static async Task<double> WriteAsync(IReadOnlyList<string> files, string folder, CancellationToken ct)
    {
        var contents = files.Select(File.ReadAllBytes).ToList();
        var directory = Directory.CreateDirectory(Path.Combine(folder, "write-speed")).FullName;
        try
        {
            var watch = Stopwatch.StartNew();
            foreach (var (i, content) in contents.Index())
            {
                await using var file = new FileStream(Path.Combine(directory, $"{i}"), FileMode.CreateNew, FileAccess.Write);
                await file.WriteAsync(content, ct);
                file.Flush(flushToDisk: true);
            }

            return contents.Sum(content => content.LongLength) / 1048576.0 / watch.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static RgbImage Decoded(string file, CancellationToken ct)
    {
        var decoded = ImageDecoder.Decode(file, DecodeLimits.Default, ct);
        return decoded.Succeeded ? decoded.Value.Image : throw new InvalidOperationException($"{file}: {decoded.Error.Message}");
    }

    private static double PerSecond(IReadOnlyList<string> files, Action<string> work, CancellationToken ct)
    {
        work(files[0]);
        var watch = Stopwatch.StartNew();
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct }, work);
        return files.Count / watch.Elapsed.TotalSeconds;
    }
}
