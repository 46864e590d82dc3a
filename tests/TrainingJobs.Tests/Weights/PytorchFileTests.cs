using FewShotAD.TestKit;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Tests.Golden;
using FewShotAD.TrainingJobs.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Weights;

public sealed class PytorchFileTests
{
    public static TheoryData<string> Files => ["tiny_checkpoint.pth", "tiny_nested_checkpoint.pth", "tiny_legacy_checkpoint.pth"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_value_of_the_reference_files_is_read(string file)
    {
        using var scope = NewDisposeScope();
        var tensors = Read(file, _ => false);

        Assert.Equal(
            ["bf16.weight", "bn.num_batches_tracked", "bn.running_mean", "conv.weight", "double.weight", "half.weight", "view.even_rows", "view.transposed"],
            tensors.Keys.Order());
        Same(Rule("tiny.conv.weight", 4, 3, 3, 3) * (float)Math.Sqrt(6.0 / 27), "conv.weight", float32);
        Same(Rule("tiny.bn.running_mean", 4) * 0.1f, "bn.running_mean", float32);
        Same(tensor(7L), "bn.num_batches_tracked", int64);
        Same(Rule("tiny.half", 5).to(float16), "half.weight", float16);
        Same(Rule("tiny.bf16", 5).to(bfloat16), "bf16.weight", bfloat16);
        Same(Rule("tiny.double", 5).to(float64), "double.weight", float64);
        var shared = Rule("tiny.shared", 6, 4);
        Same(shared[TensorIndex.Slice(0, 6, 2)].contiguous(), "view.even_rows", float32); // rows 0, 2, 4
        Same(shared.t().contiguous(), "view.transposed", float32);

        void Same(Tensor expected, string name, ScalarType type)
        {
            var actual = TensorStorage.ToTensor(tensors[name]);
            Assert.Equal(type, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(expected.dtype, actual.dtype);
            // Scaling the rule's numbers may round the last bit another way than the file's maker did.
            GoldenFile.AssertClose(expected.to(float64), actual.to(float64), 1e-7, name);
        }
    }

    [Fact]
    public void What_is_skipped_is_not_read()
    {
        var tensors = Read("tiny_checkpoint.pth", name => name.StartsWith("view.", StringComparison.Ordinal));
        Assert.Equal(6, tensors.Count);
    }

    [Fact]
    public void A_pickle_that_calls_a_shell_is_refused_by_the_name_of_what_it_calls_and_nothing_runs()
    {
        // The file's command writes this mark; the machine has no way to reach a shell, and this proves it.
        var mark = Path.Combine(Path.GetTempPath(), "pwned");
        File.Delete(mark);
        using var file = File.OpenRead(SharedFiles.Golden("hostile_checkpoint.pth"));
        var result = PytorchFile.Read(file, "hostile_checkpoint.pth", _ => false, CancellationToken.None);
        var refused = Assert.IsType<WeightsRefused>(result.Error);
        Assert.Contains("posix.system", refused.Message, StringComparison.Ordinal);
        Assert.Contains("hostile_checkpoint.pth", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
    }

    [Fact]
    public void Reading_stops_when_it_is_cancelled()
    {
        using var file = File.OpenRead(SharedFiles.Golden("tiny_checkpoint.pth"));
        Assert.Throws<OperationCanceledException>(() => PytorchFile.Read(file, "tiny", _ => false, new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_is_read_or_refused_and_nothing_else(string name)
    {
        const int cases = 2_000;
        var original = File.ReadAllBytes(SharedFiles.Golden(name));
        var random = new Random(17);
        var refused = 0;
        for (var i = 0; i < cases; i++)
        {
            var bytes = original.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            refused += Refuses(bytes) ? 1 : 0;
        }

        for (var length = 0; length < original.Length; length += 3)
            Assert.True(Refuses(original[..length]), $"{length} of {original.Length} bytes were taken for the whole.");
        Assert.InRange(refused, cases / 10, cases);
    }

    /// <summary>Bytes of the tensors' own data are checked by the zip's sums only; the old format has none.</summary>
    [Fact]
    public void A_flipped_bit_in_the_data_of_a_zip_is_found()
    {
        var bytes = File.ReadAllBytes(SharedFiles.Golden("tiny_checkpoint.pth"));
        bytes[1_000] ^= 1; // in data/0
        Assert.True(Refuses(bytes));
    }

    private static bool Refuses(byte[] bytes)
    {
        var result = PytorchFile.Read(new MemoryStream(bytes), "fuzz", _ => false, CancellationToken.None);
        if (!result.Succeeded)
            return Assert.IsType<WeightsRefused>(result.Error) is not null;
        foreach (var (_, tensor) in result.Value)
            Assert.Equal(tensor.Bytes.Length, tensor.Shape.Aggregate((long)Safetensors.ElementBytes(tensor.Type), (a, b) => a * b));
        return false;
    }

    private static IReadOnlyDictionary<string, StoredTensor> Read(string name, Func<string, bool> skip)
    {
        using var file = File.OpenRead(SharedFiles.Golden(name));
        var result = PytorchFile.Read(file, name, skip, CancellationToken.None);
        Assert.True(result.Succeeded, result.Error?.Message);
        return result.Value;
    }

    private static Tensor Rule(string name, params long[] shape) =>
        tensor(GoldenFile.Uniform(name, shape.Aggregate(1L, (a, b) => a * b))).view(shape);
}
