using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Data;

namespace FewShotAD.TrainingJobs.Benchmark;

/// <summary>Images at the network's side, read once: every arm looks at the same ones. Beyond the limit they are read each time.</summary>
/// <param name="side">S.</param>
/// <param name="limit">Bytes that are kept.</param>
public sealed class ImageCache(int side, long limit)
{
    private readonly Dictionary<string, PixelImage> kept = new(StringComparer.Ordinal);
    private long bytes;

    public Result<PixelImage> Read(JobImage image, CancellationToken ct)
    {
        if (kept.TryGetValue(image.Path, out var before))
            return before;
        ct.ThrowIfCancellationRequested();
        var read = ImageReader.Read(image.Path, side, ct);
        if (!read.Succeeded)
            return new BenchmarkImageUnreadable(image.Id, read.Error.Message);
        if (bytes + read.Value.Pixels.Length <= limit)
        {
            kept[image.Path] = read.Value;
            bytes += read.Value.Pixels.Length;
        }

        return read.Value;
    }

    /// <summary>All of them, or the first error.</summary>
    public Result<IReadOnlyList<PixelImage>> Read(IEnumerable<JobImage> images, CancellationToken ct)
    {
        var all = new List<PixelImage>();
        foreach (var image in images)
        {
            var read = Read(image, ct);
            if (!read.Succeeded)
                return Result<IReadOnlyList<PixelImage>>.Fail(read.Error);
            all.Add(read.Value);
        }

        return all;
    }
}

/// <summary>A benchmark over fewer images than the dataset has would not say what it claims.</summary>
public sealed record BenchmarkImageUnreadable(string Image, string Why) : Error(
    ErrorKind.Invalid, "benchmark.image", $"{Image} cannot be read, and a benchmark leaves nothing out: {Why} Mend or remove the file.");
