namespace FewShotAD.TrainingJobs.Weights.Pickle;

// What a pickle can say here. Beside these there are null, bool, long, BigInteger, double, string, byte[] and object?[] (a tuple).

/// <summary>A list; of its own type, so that it is no tuple.</summary>
internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dictionary, ordinary or ordered.</summary>
internal sealed class PickleDictionary
{
    private readonly Dictionary<object, object?> items = [];

    public IEnumerable<KeyValuePair<object, object?>> Items => items;

    /// <exception cref="InvalidDataException">
    /// The key is neither text nor a small number: other keys are in no file of weights, and could be made to collide.
    /// </exception>
    public void Set(object? key, object? value)
    {
        if (key is not string && key is not (long and >= int.MinValue and <= int.MaxValue))
            throw new InvalidDataException("a dictionary has a key that is neither text nor a number");
        items[key] = value;
    }

    public object? Find(string key) => items.GetValueOrDefault(key);
}

/// <summary>A name from the list of those that may be named.</summary>
internal abstract record PickleGlobal(string Name);

/// <param name="Element">The element type by its safetensors name, for example <c>F32</c>.</param>
internal sealed record StorageType(string Name, string Element) : PickleGlobal(Name);

/// <summary>Something that may be called: our own function under a name of Python's.</summary>
internal sealed record PickleFunction(string Name, Func<object?[], object> Call) : PickleGlobal(Name);

/// <summary>A run of elements that lies elsewhere in the file.</summary>
/// <param name="Key">Under which name it lies there.</param>
internal sealed record StorageReference(StorageType Type, string Key, long Elements);

/// <summary>A view of a storage; offset, shape and strides in elements, not yet checked against anything.</summary>
internal sealed record TensorReference(StorageReference Storage, long Offset, long[] Shape, long[] Strides);
