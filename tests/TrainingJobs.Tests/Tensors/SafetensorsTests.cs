using System.Buffers.Binary;
using System.Text;
using FewShotAD.TrainingJobs.Tensors;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Tensors;

public sealed class SafetensorsTests
{
    [Fact]
    public void Tensors_come_back_as_they_were_written()
    {
        using var scope = NewDisposeScope();
        Tensor[] originals = [rand(3, 4), tensor(new[] { 7L, -1L }), tensor(new byte[] { 1, 2, 3 }), zeros(0, 5), tensor(3.5f)];
        var file = TensorStorage.Load(Bytes([.. originals.Select((tensor, i) => new NamedTensor($"näme.{i}", tensor))]));

        Assert.Equal("yes", file.Metadata["kept"]);
        for (var i = 0; i < originals.Length; i++)
        {
            var back = TensorStorage.ToTensor(file.Tensors[$"näme.{i}"]);
            Assert.Equal(originals[i].shape, back.shape);
            Assert.Equal(originals[i].dtype, back.dtype);
            Assert.True(originals[i].equal(back).all().item<bool>());
        }
    }

    [Fact]
    public void A_flipped_bit_in_the_data_is_found()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([new NamedTensor("w", rand(10))]);
        bytes[^3] ^= 4;
        Assert.Throws<InvalidDataException>(() => TensorStorage.Load(bytes));
    }

    [Fact]
    public void Restoring_refuses_other_names_shapes_and_types_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var file = TensorStorage.Load(Bytes([new NamedTensor("a", ones(2)), new NamedTensor("b", ones(2))]));
        var (a, b) = (zeros(2), zeros(3));
        Assert.Throws<InvalidDataException>(() => TensorStorage.Restore(file, [new NamedTensor("a", a), new NamedTensor("b", b)]));
        Assert.Throws<InvalidDataException>(() => TensorStorage.Restore(file, [new NamedTensor("a", a), new NamedTensor("c", zeros(2))]));
        Assert.Throws<InvalidDataException>(() => TensorStorage.Restore(file, [new NamedTensor("a", a)]));
        Assert.Equal(0f, a.sum().item<float>());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""")]
    [InlineData("""{"a":{"dtype":"Q1","shape":[1],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Impossible_headers_are_refused(string header) => Assert.Throws<InvalidDataException>(() => Safetensors.Parse(File(header, 8)));

    [Fact]
    public void A_header_longer_than_the_file_is_refused()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue - 2);
        Assert.Throws<InvalidDataException>(() => Safetensors.Parse(bytes));
        Assert.Throws<InvalidDataException>(() => Safetensors.Parse(new byte[3]));
    }

    [Property(MaxTest = 500)]
    public void Damaged_bytes_are_read_or_refused_and_nothing_else(int[] positions, byte[] values)
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([new NamedTensor("first", ones(2, 3)), new NamedTensor("second", ones(4))]);
        foreach (var (position, value) in positions.Zip(values))
            bytes[(int)((uint)position % (uint)bytes.Length)] = value;
        try
        {
            foreach (var (_, tensor) in Safetensors.Parse(bytes).Tensors)
                Assert.Equal(tensor.Bytes.Length, tensor.Shape.Aggregate((long)Safetensors.ElementBytes(tensor.Type), (a, b) => a * b));
        }
        catch (InvalidDataException)
        {
            // The promised refusal.
        }
    }

    private static byte[] Bytes(IReadOnlyList<NamedTensor> tensors)
    {
        using var stream = new MemoryStream();
        TensorStorage.Save(stream, tensors, new Dictionary<string, string> { ["kept"] = "yes" });
        return stream.ToArray();
    }

    private static byte[] File(string header, int data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }
}
