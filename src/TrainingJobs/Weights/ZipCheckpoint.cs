using FewShotAD.TrainingJobs.Weights.Pickle;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>PyTorch 1.6 and later: a zip archive with <c>data.pkl</c> and a part <c>data/KEY</c> per storage.</summary>
internal sealed class ZipCheckpoint : TorchCheckpoint
{
    private const string PickleName = "data.pkl";

    private readonly StoredZip zip;
    private readonly string folder;

    public ZipCheckpoint(Stream file)
    {
        zip = new StoredZip(file);
        var pickles = zip.Names.Where(name => name.EndsWith("/" + PickleName, StringComparison.Ordinal)).ToArray();
        if (pickles.Length != 1)
            throw new InvalidDataException("it is a zip archive, but none that PyTorch wrote");
        folder = pickles[0][..^PickleName.Length];
        if (zip.Length(pickles[0]) > MaxPickleBytes)
            throw new InvalidDataException("its directory of tensors is larger than that of any network");
        if (zip.Length(folder + "byteorder") is not null && !zip.Read(folder + "byteorder").AsSpan().SequenceEqual("little"u8))
            throw new InvalidDataException("its numbers are big-endian; save it again on a little-endian machine");
        using var pickle = new MemoryStream(zip.Read(pickles[0]));
        Root = PickleMachine.Load(pickle, MaxPickleBytes);
    }

    public override object? Root { get; }

    public override byte[] Read(StorageReference storage)
    {
        var name = $"{folder}data/{storage.Key}";
        // Looked at before it is read: a small promise must not bring a large part into memory, nor the other way round.
        if (zip.Length(name) is { } length && length != Bytes(storage, length))
            throw new InvalidDataException($"its part {name} does not have the length that its type and size ask for");
        return zip.Read(name);
    }
}
