using System.Text.Json;

namespace FewShotAD.TrainingJobs.Backbones;

/// <summary>
/// The constants of a TensorFlow.js graph model: <c>model.json</c> holds the topology and the weights manifest, whose shards,
/// joined in order, are the float32 or int32 values of all constants one after the other.
/// Source: the TensorFlow.js converter's description of graph models.
/// </summary>
public sealed class TensorFlowJsGraph
{
    private readonly Dictionary<string, (int[] Shape, ReadOnlyMemory<byte> Bytes)> constants = new(StringComparer.Ordinal);

    /// <param name="model">The bytes of <c>model.json</c>.</param>
    /// <param name="shard">Gives the bytes of a shard by the name in the manifest.</param>
    /// <exception cref="InvalidDataException">Topology, manifest and shards do not fit together.</exception>
    public TensorFlowJsGraph(ReadOnlyMemory<byte> model, Func<string, ReadOnlyMemory<byte>> shard)
    {
        try
        {
            using var json = JsonDocument.Parse(model);
            var named = json.RootElement.GetProperty("modelTopology").GetProperty("node").EnumerateArray()
                .Where(node => node.GetProperty("op").GetString() == "Const")
                .Select(node => node.GetProperty("name").GetString())
                .ToHashSet(StringComparer.Ordinal);
            foreach (var group in json.RootElement.GetProperty("weightsManifest").EnumerateArray())
                ReadGroup(group, named, shard);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("model.json is not a TensorFlow.js graph.", e);
        }
    }

    public IReadOnlyCollection<string> Names => constants.Keys;

    /// <summary>A float32 constant in TensorFlow's layout (convolutions: height, width, in, out).</summary>
    /// <exception cref="InvalidDataException">There is no such constant, or it has another shape.</exception>
    public float[] Floats(string name, params int[] shape)
    {
        if (!constants.TryGetValue(name, out var constant))
            throw new InvalidDataException($"The graph has no constant {name}.");
        if (!constant.Shape.SequenceEqual(shape))
            throw new InvalidDataException($"The constant {name} is {string.Join('×', constant.Shape)}, not {string.Join('×', shape)}.");
        var values = new float[constant.Bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BitConverter.ToSingle(constant.Bytes.Span.Slice(i * sizeof(float), sizeof(float)));
        return values;
    }

    private void ReadGroup(JsonElement group, HashSet<string?> named, Func<string, ReadOnlyMemory<byte>> shard)
    {
        var joined = new MemoryStream();
        foreach (var path in group.GetProperty("paths").EnumerateArray())
            joined.Write(shard(path.GetString() ?? "").Span);
        ReadOnlyMemory<byte> data = joined.ToArray();
        var offset = 0;
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString() ?? "";
            if (weight.GetProperty("dtype").GetString() is not ("float32" or "int32") || weight.TryGetProperty("quantization", out _))
                throw new InvalidDataException($"The constant {name} is neither plain float32 nor int32.");
            if (!named.Contains(name))
                throw new InvalidDataException($"The manifest names {name}, which is no constant of the graph.");
            var shape = weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).ToArray();
            var bytes = shape.Aggregate((long)sizeof(float), (product, size) => checked(product * size));
            if (bytes < 0 || bytes > data.Length - offset)
                throw new InvalidDataException($"The shards end before the constant {name}.");
            constants[name] = (shape, data.Slice(offset, (int)bytes));
            offset += (int)bytes;
        }
    }
}
