using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights.Pickle;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>From a view of a storage (offset, shape, strides) to a tensor whose elements lie row by row.</summary>
internal static class TensorView
{
    /// <summary>Whether the elements lie in the storage in order and without gaps, so that they need not be copied.</summary>
    public static bool IsPlain(TensorReference view)
    {
        var expected = 1L;
        for (var i = view.Shape.Length - 1; i >= 0; i--)
        {
            if (view.Shape[i] != 1 && view.Strides[i] != expected)
                return false;
            expected *= Math.Max(1, view.Shape[i]);
        }

        return true;
    }

    /// <summary>Elements of the view.</summary>
    /// <exception cref="InvalidDataException">The view leaves its storage or repeats elements of it.</exception>
    public static long Check(TensorReference view, string name)
    {
        var (elements, last) = (1L, view.Offset);
        if (view.Shape.Length != view.Strides.Length || view.Offset < 0)
            throw new InvalidDataException($"the tensor {name} is described in an impossible way");
        foreach (var (size, stride) in view.Shape.Zip(view.Strides))
        {
            if (size is < 0 or > int.MaxValue || stride < 0)
                throw new InvalidDataException($"the tensor {name} is described in an impossible way");
            // A stride counts where there is a second element only. Both factors are below 2³¹ then: no overflow on the way.
            if (size > 1 && stride > int.MaxValue)
                throw new InvalidDataException($"the tensor {name} lies outside its data");
            last += size > 1 ? (size - 1) * stride : 0;
            elements *= size;
            if (elements > view.Storage.Elements)
                throw new InvalidDataException($"the tensor {name} is larger than its data");
            if (size == 0)
                return 0;
            if (last >= view.Storage.Elements)
                throw new InvalidDataException($"the tensor {name} lies outside its data");
        }

        return last < view.Storage.Elements ? elements : throw new InvalidDataException($"the tensor {name} lies outside its data");
    }

    /// <param name="view">Checked.</param>
    /// <param name="storage">The bytes of its storage. A plain view becomes a slice of them.</param>
    public static StoredTensor Of(TensorReference view, ReadOnlyMemory<byte> storage)
    {
        var type = view.Storage.Type.Element;
        var width = Safetensors.ElementBytes(type);
        var elements = view.Shape.Aggregate(1L, (product, size) => product * size);
        if (elements == 0)
            return new StoredTensor(type, view.Shape, ReadOnlyMemory<byte>.Empty);
        return IsPlain(view)
            ? new StoredTensor(type, view.Shape, storage.Slice((int)(view.Offset * width), (int)(elements * width)))
            : new StoredTensor(type, view.Shape, Gather(view, storage.Span, width, (int)elements));
    }

    private static byte[] Gather(TensorReference view, ReadOnlySpan<byte> storage, int width, int elements)
    {
        var result = new byte[elements * width];
        var index = new long[view.Shape.Length];
        var at = view.Offset;
        for (var i = 0; i < elements; i++)
        {
            storage.Slice((int)(at * width), width).CopyTo(result.AsSpan(i * width));
            // To the next index in row order; a dimension that is through goes back to its beginning.
            for (var d = index.Length - 1; d >= 0; d--)
            {
                at += view.Strides[d];
                if (++index[d] < view.Shape[d])
                    break;
                at -= index[d] * view.Strides[d];
                index[d] = 0;
            }
        }

        return result;
    }
}
