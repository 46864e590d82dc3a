using FewShotAD.Domain.Common;
using FewShotAD.TrainingJobs.Tensors;
using FewShotAD.TrainingJobs.Weights.Pickle;

namespace FewShotAD.TrainingJobs.Weights;

/// <summary>
/// The weights in a <c>.pth</c> file, of PyTorch's zip format and of the one before it. Nothing in the file is run: its pickle is read
/// by <see cref="PickleMachine"/>, which refuses every name that weights do not need.
/// </summary>
public static class PytorchFile
{
    /// <summary>More than eight times the largest backbone; also what an array can hold.</summary>
    public const long MaxFileBytes = 1L << 30;

    /// <summary>Under which of these names training scripts put the weights beside other things.</summary>
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model"];

    /// <summary>The tensors of a state dictionary by name. Its other values are left out.</summary>
    /// <param name="file">Can seek; stays the caller's.</param>
    /// <param name="name">What messages call the file.</param>
    /// <param name="skip">Tensors whose data need not be read.</param>
    /// <returns>Tensors that may share memory; the file is in memory once at most, less what was skipped.</returns>
    public static Result<IReadOnlyDictionary<string, StoredTensor>> Read(Stream file, string name, Func<string, bool> skip, CancellationToken ct)
    {
        try
        {
            if (file.Length > MaxFileBytes)
                throw new InvalidDataException($"it is larger than {MaxFileBytes >> 20} MB");
            var checkpoint = TorchCheckpoint.Open(file);
            return Load(checkpoint, StateDictionary(checkpoint.Root), skip, file.Length, ct);
        }
        catch (InvalidDataException e)
        {
            return Result<IReadOnlyDictionary<string, StoredTensor>>.Fail(new WeightsRefused(name, e.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Result<IReadOnlyDictionary<string, StoredTensor>>.Fail(new WeightsUnreadable(name, e.Message));
        }
    }

    private static Dictionary<string, TensorReference> StateDictionary(object? root)
    {
        var outer = root as PickleDictionary ?? throw new InvalidDataException("it holds no dictionary of tensors");
        foreach (var dictionary in Wrappers.Select(outer.Find).OfType<PickleDictionary>().Prepend(outer))
        {
            var tensors = dictionary.Items
                .Where(item => item is { Key: string, Value: TensorReference })
                .ToDictionary(item => (string)item.Key, item => (TensorReference)item.Value!, StringComparer.Ordinal);
            if (tensors.Count > 0)
                return tensors;
        }

        throw new InvalidDataException($"it holds no tensors, neither at the top nor under {string.Join(", ", Wrappers)}");
    }

    private static Dictionary<string, StoredTensor> Load(
        TorchCheckpoint checkpoint, Dictionary<string, TensorReference> state, Func<string, bool> skip, long fileBytes, CancellationToken ct)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var storages = new Dictionary<string, (StorageReference Storage, byte[] Bytes)>(StringComparer.Ordinal);
        var (read, copied) = (0L, 0L);
        foreach (var (name, view) in state.Where(pair => !skip(pair.Key)))
        {
            ct.ThrowIfCancellationRequested();
            var elements = TensorView.Check(view, name);
            // Parts of the file may overlap and views of a part may be many: neither may make a multiple of the file out of it.
            if (!TensorView.IsPlain(view) && (copied += elements * Safetensors.ElementBytes(view.Storage.Type.Element)) > fileBytes)
                throw new InvalidDataException("its tensors repeat the same data again and again");
            if (elements > 0 && !storages.ContainsKey(view.Storage.Key))
            {
                storages[view.Storage.Key] = (view.Storage, checkpoint.Read(view.Storage));
                if ((read += storages[view.Storage.Key].Bytes.Length) > fileBytes)
                    throw new InvalidDataException("its tensors repeat the same data again and again");
            }

            if (elements > 0 && storages[view.Storage.Key].Storage != view.Storage)
                throw new InvalidDataException($"the data {view.Storage.Key} are described in two ways");
            tensors[name] = TensorView.Of(view, elements > 0 ? storages[view.Storage.Key].Bytes : ReadOnlyMemory<byte>.Empty);
        }

        return tensors;
    }
}

public sealed record WeightsRefused(string File, string Why)
    : Error(ErrorKind.Invalid, "weights.refused", $"The weights in {File} are not used: {Why}.");

public sealed record WeightsUnreadable(string File, string Why)
    : Error(ErrorKind.Unavailable, "weights.unreadable", $"The weights in {File} cannot be read: {Why}");
