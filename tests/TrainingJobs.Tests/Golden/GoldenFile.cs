using System.Text;
using System.Text.Json;
using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Golden;

/// <summary>Reference tensors, and the rule by which parameters and inputs are made (shared/golden/README.md).</summary>
internal static class GoldenFile
{
    public static Dictionary<string, Tensor> Read(params string[] parts) =>
        Safetensors.Parse(File.ReadAllBytes(SharedFiles.Golden(parts))).Tensors
            .ToDictionary(pair => pair.Key, pair => TensorStorage.ToTensor(pair.Value));

    /// <summary>u of the rule for every element of the tensor with this name.</summary>
    public static float[] Uniform(string name, long count)
    {
        var hash = 2166136261u;
        foreach (var letter in Encoding.UTF8.GetBytes(name))
            hash = unchecked((hash ^ letter) * 16777619u);
        var values = new float[count];
        for (var i = 0L; i < count; i++)
        {
            var x = unchecked(hash + ((uint)i * 2654435761u));
            x ^= x >> 16;
            x = unchecked(x * 0x7feb352du);
            x ^= x >> 15;
            x = unchecked(x * 0x846ca68bu);
            x ^= x >> 16;
            values[i] = (float)((x / 4294967296.0 * 2) - 1);
        }

        return values;
    }

    private static float[] Uniform(string name, long count, Func<float, float> map) => [.. Uniform(name, count).Select(map)];

    public static Tensor Input(string name, params long[] shape) =>
        tensor(Uniform(name, shape.Aggregate(1L, (a, b) => a * b), u => (0.5f * u) + 0.5f)).view(shape);

    /// <summary>Fills every parameter and buffer of a module by the rule.</summary>
    /// <param name="golden">From a name in the module to the name that was hashed.</param>
    public static void Fill(nn.Module module, string parameterFile, Func<string, string> golden)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Golden(parameterFile)));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in module.state_dict())
        {
            if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
                continue;
            var key = golden(name);
            var rule = json.RootElement.GetProperty(key);
            Assert.Equal(rule[2].EnumerateArray().Select(size => size.GetInt64()), value.shape);
            value.copy_(tensor(Values(key, rule[0].GetString()!, rule[1].GetInt32(), value.numel())).view(value.shape));
        }
    }

    /// <summary>Every parameter of a file by the rule, as a checkpoint would hold it.</summary>
    /// <param name="prefix">Hashed with the names, and not part of them here.</param>
    public static Dictionary<string, StoredTensor> Parameters(string parameterFile, string prefix)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Golden(parameterFile)));
        return json.RootElement.EnumerateObject().ToDictionary(
            entry => entry.Name[prefix.Length..],
            entry =>
            {
                var shape = entry.Value[2].EnumerateArray().Select(size => size.GetInt64()).ToArray();
                var values = Values(entry.Name, entry.Value[0].GetString()!, entry.Value[1].GetInt32(), shape.Aggregate(1L, (a, b) => a * b));
                return new StoredTensor("F32", shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
            },
            StringComparer.Ordinal);
    }

    private static float[] Values(string name, string kind, int fanIn, long count) => kind switch
    {
        "weight" => Uniform(name, count, u => u * (float)Math.Sqrt(6.0 / fanIn)),
        "bias" or "mean" => Uniform(name, count, u => 0.1f * u),
        "scale" => Uniform(name, count, u => 1 + (0.1f * u)),
        "var" => Uniform(name, count, u => 1 + (0.5f * Math.Abs(u))),
        "embed" => Uniform(name, count),
        "small" => Uniform(name, count, u => 0.002f * u),
        "[0,1,1]+0.5*bias" => [.. Uniform(name, count).Select((u, i) => (i == 0 ? 0 : 1) + (0.5f * (0.1f * u)))],
        _ => throw new InvalidDataException($"Unknown kind {kind}."),
    };

    /// <summary>Largest difference, relative to the largest reference value.</summary>
    public static void AssertClose(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected - actual).abs().max().to(float64).item<double>() / expected.abs().max().to(float64).item<double>();
        Assert.True(difference <= tolerance, $"{what} differs by {difference:e2}, allowed {tolerance:e0}.");
    }
}
