using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Data;

/// <summary>An image at the side of the network, S×S RGB bytes, row by row. Bytes, so that a thousand images fit into memory.</summary>
public sealed record PixelImage(byte[] Pixels, int Side)
{
    /// <summary>Images as one batch (B,3,S,S) in [0,1] on the device.</summary>
    public static Tensor Batch(IReadOnlyList<PixelImage> images, Device device)
    {
        var side = images[0].Side;
        var joined = new byte[images.Count * side * side * 3];
        for (var i = 0; i < images.Count; i++)
            images[i].Pixels.CopyTo(joined, i * side * side * 3);
        using var scope = NewDisposeScope();
        var bytes = tensor(joined, dtype: uint8).view(images.Count, side, side, 3);
        return (bytes.to(device).permute(0, 3, 1, 2).to(float32) / 255f).contiguous().MoveToOuterDisposeScope(); // (B,3,S,S)
    }
}
