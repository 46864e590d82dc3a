using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights.Pickle;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>A file that <c>torch.save</c> wrote: what was saved, with the data of its tensors still in the file.</summary>
internal abstract class TorchCheckpoint
{
    /// <summary>The description of 600 tensors takes 80 kB.</summary>
    protected const int MaxPickleBytes = 16 << 20;

    private static ReadOnlySpan<byte> ZipStart => "PK\u0003\u0004"u8;

    public abstract object? Root { get; }

    /// <summary>The elements of a storage, little-endian.</summary>
    /// <exception cref="InvalidDataException">The file does not hold as much.</exception>
    public abstract byte[] Read(StorageReference storage);

    /// <param name="file">Can seek; stays the caller's and is read as long as the checkpoint is used.</param>
    /// <exception cref="InvalidDataException">Not a PyTorch file, or a damaged one.</exception>
    public static TorchCheckpoint Open(Stream file)
    {
        Span<byte> start = stackalloc byte[4];
        file.Position = 0;
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return start[..read].SequenceEqual(ZipStart) ? new ZipCheckpoint(file) : new LegacyCheckpoint(file);
    }

    /// <summary>Bytes of a storage; cannot overflow, because more elements than bytes in a file are refused.</summary>
    protected static long Bytes(StorageReference storage, long atMost) => storage.Elements <= atMost
        ? storage.Elements * Safetensors.ElementBytes(storage.Type.Element)
        : throw new InvalidDataException($"the data {storage.Key} are larger than the file");
}
