using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FewShotAD.TrainingJobs.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, and the zip around them, so that tests can make what no honest program writes.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> bytes = [];

    public PickleBuilder() => Raw(0x80, 2);

    public PickleBuilder Raw(params byte[] values)
    {
        bytes.AddRange(values);
        return this;
    }

    public PickleBuilder Op(string letters) => Raw(Encoding.ASCII.GetBytes(letters));

    public PickleBuilder Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBuilder Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op("X").Word(utf8.Length).Raw(utf8);
    }

    public PickleBuilder Number(int value) => Op("J").Word(value);

    public PickleBuilder Long(long value)
    {
        var eight = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, value);
        return Raw(0x8a, 8).Raw(eight);
    }

    /// <summary>A tensor over storage “0” of the given type.</summary>
    public PickleBuilder Tensor(string storageType, long elements, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("((").Text("storage").Global("torch", storageType).Text("0").Text("cpu").Long(elements).Op("tQ")
            .Long(offset).Tuple(shape).Tuple(strides).Raw(0x89).Op("}tR");

    public byte[] Pickle() => [.. bytes.ToArray(), (byte)'.'];

    /// <summary>As torch.save would have written it, with one storage.</summary>
    public byte[] Zip(byte[] storage)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "made/data.pkl", Pickle());
            Add(zip, "made/data/0", storage);
        }

        return file.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var target = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        target.Write(content);
    }

    private PickleBuilder Word(int value)
    {
        var four = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(four, value);
        return Raw(four);
    }

    private PickleBuilder Tuple(long[] values)
    {
        Op("(");
        foreach (var value in values)
            Long(value);
        return Op("t");
    }
}
