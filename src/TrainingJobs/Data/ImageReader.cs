using FewShotAD.Domain.Common;
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
        if (!decoded.Succeeded)
            return Result<bool[]>.Fail(decoded.Error);
        var source = decoded.Value;
        var mask = new bool[side * side];
        for (var y = 0; y < side; y++)
        {
            var row = Nearest(y, side, source.Height) * source.Width;
            for (var x = 0; x < side; x++)
                mask[(y * side) + x] = source.Pixels[row + Nearest(x, side, source.Width)] != 0;
        }

        return mask;
    }

    /// <summary>The source pixel that contains the middle of a target pixel.</summary>
    private static int Nearest(int at, int side, int length) => (int)(((2L * at) + 1) * length / (2L * side));

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
