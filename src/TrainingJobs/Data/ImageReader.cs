using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.Imaging;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>Reads image files as the network sees them: decoded, and resized to S×S whatever their shape, as published.</summary>
public static class ImageReader
{
    public static Result<PixelImage> Read(string path, int side, CancellationToken ct)
    {
        var decoded = Decode(path, stream => ImageDecoder.Decode(stream, DecodeLimits.Default, ct));
        return decoded.Succeeded
            ? new PixelImage(ImageResizer.Resize(decoded.Value.Image, side, side).Pixels, side)
            : Result<PixelImage>.Fail(decoded.Error);
    }

    /// <summary>A ground truth mask at S×S: true where the nearest pixel is defective.</summary>
    public static Result<bool[]> ReadMask(string path, int side, CancellationToken ct)
    {
        var decoded = Decode(path, stream => MaskDecoder.Decode(stream, DecodeLimits.Default, ct));
        return decoded.Succeeded ? decoded.Value.Nearest(side, side) : Result<bool[]>.Fail(decoded.Error);
    }

    /// <summary>The pixels of a map that a job leaves out, true where they do not count; null where all count.</summary>
    /// <param name="warn">Told of a mask that cannot be read. Then nothing is left out, and the score carries no mark that says so.</param>
    public static bool[]? ReadIgnored(JobImage image, int side, Action<string> warn, CancellationToken ct)
    {
        bool[]? ignored = null;
        foreach (var path in image.Ignore?.Paths ?? [])
        {
            var mask = ReadMask(path, side, ct);
            if (!mask.Succeeded)
            {
                warn($"The ignore region of {image.Id} is left out of the scoring. {mask.Error.Message}");
                return null;
            }

            ignored = ScoreReduction.Union(ignored, mask.Value);
        }

        return ignored;
    }

    private static Result<T> Decode<T>(string path, Func<Stream, Result<T>> decode)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return decode(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Result<T>.Fail(new ImageFileUnreadable(path));
        }
    }
}

public sealed record ImageFileUnreadable(string Path)
    : Error(ErrorKind.NotFound, "image.file", $"The file {Path} cannot be opened.");
