using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using FewShotAD.TrainingJobs.Weights.Pickle;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>
/// Before PyTorch 1.6: the pickles of a magic number, a version, facts about the machine, what was saved, and the keys of the
/// storages; then for each key the number of its elements (8 bytes) and the elements.
/// </summary>
internal sealed class LegacyCheckpoint : TorchCheckpoint
{
    private const long Version = 1001;
    private const int MaxMagicBytes = 64;

    private static readonly BigInteger Magic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    private readonly Stream file;
    private readonly Dictionary<string, (long Start, StorageReference Storage)> data = new(StringComparer.Ordinal);

    public LegacyCheckpoint(Stream file)
    {
        this.file = file;
        if (!IsMagic())
            throw new InvalidDataException("it is not a file that PyTorch wrote");
        if (PickleMachine.Load(file, MaxPickleBytes) is not Version)
            throw new InvalidDataException("it is written in an unknown version of PyTorch's old format");
        if (PickleMachine.Load(file, MaxPickleBytes) is not PickleDictionary machine || machine.Find("little_endian") is not true)
            throw new InvalidDataException("its numbers are big-endian; save it again on a little-endian machine");
        var storages = new List<StorageReference>();
        Root = PickleMachine.Load(file, MaxPickleBytes, storages.Add);
        if (PickleMachine.Load(file, MaxPickleBytes) is not PickleList keys)
            throw new InvalidDataException("the list of its data is missing");
        Index(keys, storages);
    }

    public override object? Root { get; }

    public override byte[] Read(StorageReference storage)
    {
        if (!data.TryGetValue(storage.Key, out var found) || found.Storage != storage)
            throw new InvalidDataException($"the data {storage.Key} are missing");
        var bytes = new byte[Bytes(storage, file.Length)];
        file.Position = found.Start;
        file.ReadExactly(bytes);
        return bytes;
    }

    private bool IsMagic()
    {
        try
        {
            return PickleMachine.Load(file, MaxMagicBytes) is BigInteger number && number == Magic;
        }
        catch (InvalidDataException)
        {
            return false; // what it may be instead is not said by what is wrong with it as a pickle
        }
    }

    /// <summary>Where each storage lies: they follow each other in the order of the keys, so every length must be known.</summary>
    private void Index(PickleList keys, List<StorageReference> storages)
    {
        var known = new Dictionary<string, StorageReference>(StringComparer.Ordinal);
        foreach (var storage in storages)
        {
            if (!known.TryAdd(storage.Key, storage) && known[storage.Key] != storage)
                throw new InvalidDataException($"the data {storage.Key} are described in two ways");
        }

        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var item in keys.Items)
        {
            if (item is not string key || !known.TryGetValue(key, out var storage))
                throw new InvalidDataException("it lists data that no tensor uses");
            if (file.ReadAtLeast(count, count.Length, throwOnEndOfStream: false) < count.Length
                || BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Elements
                || Bytes(storage, file.Length) > file.Length - file.Position
                || !data.TryAdd(key, (file.Position, storage)))
                throw new InvalidDataException($"the data {key} are incomplete, as when a copy or a download broke off");
            file.Position += Bytes(storage, file.Length);
        }
    }
}
