namespace FewShotAD.TrainingJobs.Weights.Pickle;

/// <summary>
/// Everything that a pickle may name. A pickle is a program that can call any function of Python; here it can reach these names
/// and none of Python's: each stands for a few lines of ours.
/// </summary>
internal static class PickleGlobals
{
    /// <summary>Dimensions of a tensor; convolutions in three dimensions have five.</summary>
    private const int MaxRank = 8;

    private static readonly Dictionary<string, PickleGlobal> Allowed = new PickleGlobal[]
    {
        new PickleFunction("collections.OrderedDict", OrderedDictionary),
        new PickleFunction("torch._utils._rebuild_tensor_v2", RebuildTensor),
        new PickleFunction("torch._utils._rebuild_parameter", RebuildParameter),
        new StorageType("torch.DoubleStorage", "F64"),
        new StorageType("torch.FloatStorage", "F32"),
        new StorageType("torch.HalfStorage", "F16"),
        new StorageType("torch.BFloat16Storage", "BF16"),
        new StorageType("torch.LongStorage", "I64"),
        new StorageType("torch.IntStorage", "I32"),
        new StorageType("torch.ShortStorage", "I16"),
        new StorageType("torch.CharStorage", "I8"),
        new StorageType("torch.ByteStorage", "U8"),
        new StorageType("torch.BoolStorage", "BOOL"),
    }.ToDictionary(global => global.Name, StringComparer.Ordinal);

    /// <exception cref="InvalidDataException">The name is not on the list.</exception>
    public static PickleGlobal Find(string module, string name) => Allowed.TryGetValue($"{module}.{name}", out var global)
        ? global
        : throw new InvalidDataException(
            $"it names {module}.{name}, which weights have no use for and which may be an attack; nothing of it was run");

    /// <summary>What a persistent id stands for: ('storage', type, key, device, elements[, view]).</summary>
    public static StorageReference Storage(object? id)
    {
        // Views inside the id were written until 2018 only; the files that are published have none.
        if (id is not object?[] { Length: 5 or 6 } parts || (parts.Length == 6 && parts[5] is not null))
            throw new InvalidDataException("it refers to data in an unknown way");
        return parts is ["storage", StorageType type, string key, string, long elements and >= 0, ..]
            ? new StorageReference(type, key, elements)
            : throw new InvalidDataException("it refers to data in an unknown way");
    }

    private static PickleDictionary OrderedDictionary(object?[] arguments)
    {
        var made = new PickleDictionary();
        if (arguments.Length == 0)
            return made;
        if (arguments is not [PickleList pairs])
            throw new InvalidDataException("an ordered dictionary is made of something that is no list of pairs");
        foreach (var pair in pairs.Items)
        {
            var two = pair is PickleList list ? [.. list.Items] : pair as object?[];
            if (two is not { Length: 2 })
                throw new InvalidDataException("an ordered dictionary is made of something that is no list of pairs");
            made.Set(two[0], two[1]);
        }

        // Taken over: one long list must not become any number of dictionaries.
        pairs.Items.Clear();
        return made;
    }

    /// <summary>(storage, offset, shape, strides, requires_grad, hooks[, metadata])</summary>
    private static TensorReference RebuildTensor(object?[] arguments) =>
        arguments is [StorageReference storage, long offset, object?[] shape, object?[] strides, bool, PickleDictionary, ..]
        && arguments.Length <= 7
            ? new TensorReference(storage, offset, Numbers(shape), Numbers(strides))
            : throw new InvalidDataException("a tensor is described in an unknown way");

    /// <summary>(tensor, requires_grad, hooks)</summary>
    private static TensorReference RebuildParameter(object?[] arguments) =>
        arguments is [TensorReference tensor, bool, PickleDictionary]
            ? tensor
            : throw new InvalidDataException("a parameter is described in an unknown way");

    private static long[] Numbers(object?[] values) => values.Length <= MaxRank && values.All(value => value is long)
        ? [.. values.Cast<long>()]
        : throw new InvalidDataException("a tensor has an impossible shape");
}
