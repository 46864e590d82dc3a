namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// TensorFlow's SAME padding: ⌈side/stride⌉ outputs, and where the padding is odd the extra row and column lie at the bottom and
/// right. With stride 2 an even side is padded at the bottom and right only; PyTorch's padding would shift it.
/// </summary>
internal static class SamePadding
{
    /// <summary>Zeros before the first and behind the last of <paramref name="side"/> values.</summary>
    public static (long Before, long After) Of(long side, int kernel, int stride)
    {
        var outputs = (side + stride - 1) / stride;
        var total = Math.Max(0, ((outputs - 1) * stride) + kernel - side);
        return (total / 2, total - (total / 2));
    }
}
