using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Storage;
using FewShotAD.Imaging;
using FewShotAD.Imaging.Marks;
using FewShotAD.Portal.Features.Images;

namespace FewShotAD.Portal.Features.Annotate;

/// <summary>Makes stored masks of shapes, and reads stored masks.</summary>
public sealed class MarkPictures(IBlobStore blobs, DecodeGate gate)
{
    /// <summary>The two masks of an annotation; null where no pixel is set.</summary>
    public async Task<(BlobKey? Defect, BlobKey? Ignore)> DrawAsync(InspectionImage image, ImageAnnotation annotation, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            var below = annotation is { UseBase: true, BaseMask: { } key } ? await ReadAsync(key, ct) : null;
            return (
                await PutAsync(image.TenantId, BlobKind.Mask, MaskRasteriser.Draw(image.Width, image.Height, annotation.Shapes, ShapeLayer.Defect, below), ct),
                await PutAsync(image.TenantId, BlobKind.Ignore, MaskRasteriser.Draw(image.Width, image.Height, annotation.Shapes, ShapeLayer.Ignore), ct));
        }
    }

    /// <summary>The mask of a project's region; null when no pixel is in it.</summary>
    public async Task<BlobKey?> DrawAsync(TenantId tenant, int width, int height, IReadOnlyList<Shape> shapes, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
            return await PutAsync(tenant, BlobKind.Ignore, MaskRasteriser.Draw(width, height, shapes, ShapeLayer.Ignore), ct);
    }

    /// <summary>What scores of an image leave out, as a PNG of its size.</summary>
    public async Task<byte[]> UnionAsync(int width, int height, IEnumerable<BlobKey> masks, CancellationToken ct)
    {
        using (await gate.EnterAsync(ct))
        {
            var pixels = new byte[width * height];
            foreach (var key in masks)
            {
                if (await ReadAsync(key, ct) is not { } mask)
                    continue;
                var there = mask.Nearest(width, height);
                for (var i = 0; i < pixels.Length; i++)
                    pixels[i] |= there[i] ? byte.MaxValue : (byte)0;
            }

            using var png = new MemoryStream();
            PngWriter.WriteGrey(pixels, width, height, png);
            return png.ToArray();
        }
    }

    private async Task<Mask?> ReadAsync(BlobKey key, CancellationToken ct)
    {
        await using var stored = await blobs.OpenReadAsync(key.Tenant, key, ct);
        // Written by us, so it decodes; one that the storage lost is as good as none.
        return stored is null ? null : MaskDecoder.Decode(stored, DecodeLimits.Default, ct).Value;
    }

    private async Task<BlobKey?> PutAsync(TenantId tenant, BlobKind kind, Mask? mask, CancellationToken ct)
    {
        if (mask is null)
            return null;
        using var png = new MemoryStream();
        PngWriter.WriteGrey(mask.Pixels, mask.Width, mask.Height, png);
        png.Position = 0;
        return await blobs.PutAsync(tenant, kind, png, ct);
    }
}
