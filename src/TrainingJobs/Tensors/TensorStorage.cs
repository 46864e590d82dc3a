using System.Security.Cryptography;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>A live tensor and the name under which it is stored.</summary>
public readonly record struct NamedTensor(string Name, Tensor Tensor);

/// <summary>Between torch tensors and safetensors files.</summary>
public static class TensorStorage
{
    private const string HashKey = "sha256";

    /// <summary>Writes tensors with a SHA-256 over their data, so that a flipped bit is found when they are read.</summary>
    public static void Save(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var stored = tensors.Select(named => KeyValuePair.Create(named.Name, Store(named.Tensor))).ToArray();
        var complete = new Dictionary<string, string>(metadata) { [HashKey] = Hash(stored.Select(pair => pair.Value)) };
        Safetensors.Write(stream, stored, complete);
    }

    /// <exception cref="InvalidDataException">Not a file that <see cref="Save"/> wrote, or a damaged one.</exception>
    public static Safetensors Load(ReadOnlyMemory<byte> file)
    {
        var read = Safetensors.Parse(file);
        if (!read.Metadata.TryGetValue(HashKey, out var expected) || expected != Hash(read.Tensors.Values))
            throw new InvalidDataException("The tensors do not have the hash that was written with them.");
        return read;
    }

    /// <summary>Copies stored values into live tensors; names and shapes must agree exactly.</summary>
    /// <exception cref="InvalidDataException">A tensor is missing, of another shape or type, or not asked for.</exception>
    public static void Restore(Safetensors file, IReadOnlyList<NamedTensor> into)
    {
        // Everything is checked before anything is copied: a refused file leaves the network as it was.
        foreach (var (name, tensor) in into)
        {
            if (!file.Tensors.TryGetValue(name, out var stored))
                throw new InvalidDataException($"The tensor {name} is missing.");
            if (!stored.Shape.SequenceEqual(tensor.shape) || TypeOf(stored.Type) != tensor.dtype)
                throw new InvalidDataException($"The tensor {name} has another shape or type than the network's.");
        }

        if (file.Tensors.Count != into.Count)
            throw new InvalidDataException($"The file holds {file.Tensors.Count} tensors, the network {into.Count}.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in into)
            tensor.copy_(ToTensor(file.Tensors[name]));
    }

    /// <summary>A new tensor on the processor with the stored values.</summary>
    public static Tensor ToTensor(StoredTensor stored)
    {
        var tensor = empty([.. stored.Shape], dtype: TypeOf(stored.Type));
        if (stored.Bytes.Length > 0)
            stored.Bytes.Span.CopyTo(tensor.bytes);
        return tensor;
    }

    public static StoredTensor Store(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var plain = tensor.detach().cpu().contiguous();
        return new StoredTensor(NameOf(plain.dtype), plain.shape, plain.bytes.ToArray());
    }

    private static ScalarType TypeOf(string name) => name switch
    {
        "F64" => float64,
        "F32" => float32,
        "F16" => float16,
        "BF16" => bfloat16,
        "I64" => int64,
        "I32" => int32,
        "I16" => int16,
        "I8" => int8,
        "U8" => uint8,
        "BOOL" => @bool,
        _ => throw new InvalidDataException($"The unknown element type “{name}”."),
    };

    private static string NameOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => "F64",
        ScalarType.Float32 => "F32",
        ScalarType.Int64 => "I64",
        ScalarType.Byte => "U8",
        _ => throw new NotSupportedException($"Tensors of type {type} are not stored."),
    };

    private static string Hash(IEnumerable<StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
            hash.AppendData(tensor.Bytes.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
