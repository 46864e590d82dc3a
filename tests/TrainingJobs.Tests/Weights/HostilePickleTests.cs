using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights;

namespace FewShotAD.TrainingJobs.Tests.Weights;

/// <summary>Files that no honest program writes: each must be refused with one sentence, soon, and without much memory.</summary>
public sealed class HostilePickleTests
{
    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("torch._utils", "_rebuild_device_tensor_from_numpy")]
    public void Every_name_that_weights_do_not_need_is_refused(string module, string name)
    {
        Refused(new PickleBuilder().Op("}").Text("w").Global(module, name).Op("s"), $"{module}.{name}");
        // The newer way to say the same.
        Refused(new PickleBuilder().Op("}").Text("w").Text(module).Text(name).Raw(0x93).Op("s"), $"{module}.{name}");
    }

    [Fact]
    public void Operations_that_make_objects_do_not_exist()
    {
        Refused(new PickleBuilder().Op("(ios\nsystem\n"), "0x69"); // INST
        Refused(new PickleBuilder().Global("collections", "OrderedDict").Op(")").Raw(0x81), "0x81"); // NEWOBJ
        Refused(new PickleBuilder().Raw(0x82, 1), "0x82"); // EXT1
        Refused(new PickleBuilder().Global("torch", "FloatStorage").Op(")R"), "FloatStorage"); // an allowed name that is no function
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 })] // one too many
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 })] // moved out
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 4 })] // stride
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 })]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 1_000_000_000 }, new long[] { 0 })] // one element repeated
    [InlineData(4, 0, new long[] { 2_147_483_647, 2_147_483_647, 2_147_483_647 }, new long[] { 0, 0, 0 })]
    [InlineData(4, 0, new long[] { 4_611_686_018_427_387_904, 4 }, new long[] { 1, 1 })]
    [InlineData(4, 0, new long[] { 2 }, new long[] { long.MaxValue })]
    [InlineData(4, 4, new long[] { }, new long[] { })]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 })]
    [InlineData(4, 0, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 })]
    [InlineData(long.MaxValue, 0, new long[] { 4 }, new long[] { 1 })] // more than the file has
    [InlineData(5, 0, new long[] { 4 }, new long[] { 1 })]
    [InlineData(-1, 0, new long[] { 0 }, new long[] { 1 })]
    public void Views_that_leave_their_storage_are_refused(long elements, long offset, long[] shape, long[] strides) =>
        Refused(new PickleBuilder().Op("}").Text("w").Tensor("FloatStorage", elements, offset, shape, strides).Op("s"), "");

    [Fact]
    public void A_view_inside_its_storage_is_read()
    {
        var read = Read(new PickleBuilder().Op("}").Text("w").Tensor("ByteStorage", 16, 1, [2, 2, 0 + 1], [8, 4, 99]).Op("s").Zip([.. Enumerable.Range(0, 16).Select(i => (byte)i)]));
        Assert.Equal(new byte[] { 1, 5, 9, 13 }, read.Value["w"].Bytes.ToArray());
        Assert.Equal([2L, 2, 1], read.Value["w"].Shape);
    }

    [Fact]
    public void Nesting_numbers_and_memory_have_bounds()
    {
        Refused(Repeat("]", 200_000), "without end");
        Refused(Repeat("(", 200_000), "without end");
        Refused(new PickleBuilder().Raw(0x8b, 0xff, 0xff, 0xff, 0x7f), "no end"); // an integer of two thousand million bytes
        Refused(new PickleBuilder().Raw(0x8d).Raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), "name"); // a text of 2⁶³ bytes
        Refused(new PickleBuilder().Op("X").Raw(0xff, 0xff, 0xff, 0xff), "name");
        Refused(new PickleBuilder().Raw(new byte[17 << 20]), ""); // a description of 17 MB
    }

    [Fact]
    public void A_long_list_does_not_become_many_dictionaries()
    {
        // [[“a”, None], …] once, then OrderedDict(list) again and again.
        var builder = new PickleBuilder().Op("]q\u0000(");
        for (var i = 0; i < 50_000; i++)
            builder.Op("]").Op("(").Text($"{i}").Op("Ne");
        builder.Op("e0");
        Refused(builder, "0x30");

        var small = new PickleBuilder().Op("]q\u0000(](").Text("a").Op("Nee").Raw(0x85, (byte)'q', 1).Op("(h\u0001");
        for (var i = 0; i < 3; i++)
            small.Global("collections", "OrderedDict").Op("h\u0001R");
        Refused(small.Op("t"), "");
    }

    [Fact]
    public void Views_that_copy_the_same_data_again_and_again_are_refused()
    {
        var builder = new PickleBuilder().Op("}(");
        for (var i = 0; i < 200; i++)
            builder.Text($"w{i}").Tensor("ByteStorage", 65_536, 0, [256, 256], [1, 256]);
        var result = Read(builder.Op("u").Zip(new byte[65_536]));
        Assert.Contains("again and again", Assert.IsType<WeightsRefused>(result.Error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_types_for_the_same_data_are_refused()
    {
        var builder = new PickleBuilder().Op("}(").Text("a").Tensor("FloatStorage", 1, 0, [1], [1]).Text("b").Tensor("IntStorage", 1, 0, [1], [1]).Op("u");
        Assert.Contains("two ways", Read(builder.Zip(new byte[4])).Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("PK\u0003\u0004 and nothing more")]
    [InlineData("<html>Not found</html>")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n")]
    public void Other_files_are_refused(string text) =>
        Assert.IsType<WeightsRefused>(Read(System.Text.Encoding.ASCII.GetBytes(text)).Error);

    private static PickleBuilder Repeat(string operation, int count) => new PickleBuilder().Op(string.Concat(Enumerable.Repeat(operation, count)));

    private static void Refused(PickleBuilder builder, string because)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = builder.Zip(new byte[16]);
        var result = Read(file);
        Assert.Contains(because, Assert.IsType<WeightsRefused>(result.Error).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300 << 20);
    }

    private static Result<IReadOnlyDictionary<string, StoredTensor>> Read(byte[] file) =>
        PytorchFile.Read(new MemoryStream(file), "made.pth", _ => false, CancellationToken.None);
}
