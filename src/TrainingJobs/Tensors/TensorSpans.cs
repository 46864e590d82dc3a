using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>For the few loops that the library has no fast operation for.</summary>
internal static class TensorSpans
{
    private const long LargestPart = 1L << 30;

    /// <summary>The elements of a contiguous float32 tensor on the processor, at most 2 GB; valid as long as the tensor is.</summary>
    public static Span<float> Floats(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    /// <summary>What the elements take in memory.</summary>
    public static long Bytes(this Tensor tensor) => tensor.NumberOfElements * tensor.ElementSize;

    /// <summary>
    /// Cuts 0…count into parts and works on them with as many threads as the library uses. The parts must not depend on each other: then
    /// every number of threads gives the same bits.
    /// </summary>
    /// <param name="work">Gets the first of a part and the one behind its last.</param>
    public static void InParts(long count, Action<long, long> work) => InParts(count, 1, work);

    /// <summary>The same along the first dimension of a tensor, in parts that fit into a span.</summary>
    public static void InParts(Tensor tensor, Action<long, long> work) =>
        InParts(tensor.shape[0], (tensor.NumberOfElements * sizeof(float) / LargestPart) + 1, work);

    private static void InParts(long count, long least, Action<long, long> work)
    {
        var threads = get_num_threads();
        // Several parts per thread: a thread that other programs hold up leaves the rest to the others.
        var cut = (int)Math.Min(count, Math.Max(least, threads == 1 ? 1 : 4 * threads));
        Parallel.For(0, cut, new ParallelOptions { MaxDegreeOfParallelism = threads }, part => work(count * part / cut, count * (part + 1) / cut));
    }
}
