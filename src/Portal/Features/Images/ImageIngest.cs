using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Storage;
using FewShotAD.Imaging;
using Microsoft.IO;

namespace FewShotAD.Portal.Features.Images;

/// <summary>A decoded picture takes hundreds of megabytes at worst: only so many are decoded at once, the others wait.</summary>
public sealed class DecodeGate : IDisposable
{
    private readonly SemaphoreSlim gate = new(2);

    public async Task<IDisposable> EnterAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        return new Leave(gate);
    }

    public void Dispose() => gate.Dispose();

    private sealed class Leave(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}

/// <summary>
/// Turns an upload into blobs: the file as it came, the view (sRGB, upright, without metadata, at most
/// <see cref="ViewSide"/> pixels a side, lossless: what people see and models read), and a thumbnail.
/// </summary>
public sealed class ImageIngest(IBlobStore blobs, DecodeGate gate)
{
    public const int ViewSide = 2048;
    public const int ThumbnailSide = 256;
    public const string ThumbnailType = "image/jpeg";

    /// <summary>Encoded views are megabytes each. Buffers that go round leave the collector no holes to close.</summary>
    private static readonly RecyclableMemoryStreamManager Buffers = new(new RecyclableMemoryStreamManager.Options { MaximumSmallPoolFreeBytes = 32 << 20 });

    public sealed record Prepared(ImageFacts Facts, ImageBlobs Blobs);

    public async Task<Result<Prepared>> PrepareAsync(TenantId tenant, Stream content, string sha256, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            content.Position = 0;
            var decoded = ImageDecoder.Decode(content, DecodeLimits.Default, ct);
            if (!decoded.Succeeded)
                return decoded.Error;
            var view = ImageResizer.Fit(decoded.Value.Image, ViewSide);
            using var viewPng = Buffers.GetStream();
            PngWriter.Write(view, viewPng);
            using var thumbnail = new MemoryStream();
            ThumbnailWriter.Write(view, ThumbnailSide, thumbnail);

            content.Position = 0;
            var original = await blobs.PutAsync(tenant, BlobKind.Original, content, ct);
            viewPng.Position = thumbnail.Position = 0;
            var keys = new ImageBlobs(
                original,
                await blobs.PutAsync(tenant, BlobKind.View, viewPng, ct),
                await blobs.PutAsync(tenant, BlobKind.Thumbnail, thumbnail, ct));
            return new Prepared(new ImageFacts(view.Width, view.Height, decoded.Value.Format, content.Length, sha256), keys);
        }
    }

    public async Task<Result<BlobKey>> PrepareMaskAsync(
        TenantId tenant, Stream content, string name, InspectionImage image, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            content.Position = 0;
            var decoded = MaskDecoder.Decode(content, DecodeLimits.Default, ct);
            if (!decoded.Succeeded)
                return decoded.Error;
            var mask = decoded.Value;
            if (!IsOf(image, mask))
                return new MaskSizeMismatch(name, mask.Width, mask.Height, image.Width, image.Height);
            using var png = Buffers.GetStream();
            PngWriter.WriteGrey(AtSizeOf(image, mask), image.Width, image.Height, png);
            png.Position = 0;
            return await blobs.PutAsync(tenant, BlobKind.Mask, png, ct);
        }
    }

    /// <summary>A mask has the size of the view, or of an upload that was larger than a view can be.</summary>
    private static bool IsOf(InspectionImage image, Mask mask)
    {
        if (mask.Width == image.Width && mask.Height == image.Height)
            return true;
        var wasReduced = Math.Max(image.Width, image.Height) == ViewSide && Math.Max(mask.Width, mask.Height) > ViewSide;
        var scale = (double)Math.Max(mask.Width, mask.Height) / ViewSide;
        return wasReduced && Math.Abs(mask.Width / scale - image.Width) <= 1 && Math.Abs(mask.Height / scale - image.Height) <= 1;
    }

    /// <summary>The mask's nearest values at the view's size.</summary>
    private static byte[] AtSizeOf(InspectionImage image, Mask mask)
    {
        if (mask.Width == image.Width && mask.Height == image.Height)
            return mask.Pixels;
        var pixels = new byte[image.Width * image.Height];
        for (var y = 0; y < image.Height; y++)
        {
            var row = (int)((2L * y + 1) * mask.Height / (2L * image.Height)) * mask.Width;
            for (var x = 0; x < image.Width; x++)
                pixels[y * image.Width + x] = mask.Pixels[row + (int)((2L * x + 1) * mask.Width / (2L * image.Width))];
        }

        return pixels;
    }
}
