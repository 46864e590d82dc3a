using System.Buffers.Binary;
using System.Text.Json;

namespace FewShotAD.TrainingJobs.Tensors;

/// <summary>One tensor of a safetensors file, not yet a torch tensor: reading a file must not need libtorch.</summary>
/// <param name="Type">The format's name of the element type, for example <c>F32</c>.</param>
/// <param name="Bytes">Little-endian elements, row by row.</param>
public sealed record StoredTensor(string Type, IReadOnlyList<long> Shape, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Tensors by name and free metadata: an 8-byte little-endian header length, a JSON header (<c>dtype</c>, <c>shape</c>,
/// <c>data_offsets</c> per tensor), then the data.
/// Source: the safetensors format description. Stricter than it: offsets must lie inside the data and fit the shape.
/// </summary>
public sealed class Safetensors
{
    /// <summary>No network of ours has a header near this; a larger one is an attack on the JSON parser.</summary>
    public const int MaxHeaderBytes = 16 * 1024 * 1024;
    private const int LengthBytes = 8;
    private const string MetadataName = "__metadata__";

    private Safetensors(IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Bytes of an element; 0 for a type that is not known here.</summary>
    public static int ElementBytes(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" or "BF16" or "I16" => 2,
        "U8" or "I8" or "BOOL" => 1,
        _ => 0,
    };

    /// <exception cref="InvalidDataException">The bytes are not a safetensors file; nothing else is ever thrown for bad bytes.</exception>
    public static Safetensors Parse(ReadOnlyMemory<byte> file)
    {
        if (file.Length < LengthBytes)
            throw new InvalidDataException("A safetensors file has at least 8 bytes.");
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(file.Span);
        if (headerLength > MaxHeaderBytes || headerLength > (ulong)(file.Length - LengthBytes))
            throw new InvalidDataException($"The header cannot be {headerLength} bytes long.");
        var header = file.Slice(LengthBytes, (int)headerLength);
        var data = file[(LengthBytes + (int)headerLength)..];
        try
        {
            using var json = JsonDocument.Parse(header);
            return Read(json.RootElement, data);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // InvalidOperationException is what JsonElement throws for a value of another kind.
            throw new InvalidDataException("The safetensors header is damaged.", e);
        }
    }

    /// <summary>Writes tensors in the given order; the header is padded so that the data begin at a multiple of 8.</summary>
    public static void Write(
        Stream stream, IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
            WriteHeader(json, tensors, metadata);
        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        header.Position = 0;
        header.CopyTo(stream);
        foreach (var (_, tensor) in tensors)
            stream.Write(tensor.Bytes.Span);
    }

    private static void WriteHeader(
        Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, StoredTensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject();
        json.WriteStartObject(MetadataName);
        foreach (var (name, value) in metadata)
            json.WriteString(name, value);
        json.WriteEndObject();
        var offset = 0L;
        foreach (var (name, tensor) in tensors)
        {
            json.WriteStartObject(name);
            json.WriteString("dtype", tensor.Type);
            WriteNumbers(json, "shape", tensor.Shape);
            WriteNumbers(json, "data_offsets", [offset, offset + tensor.Bytes.Length]);
            json.WriteEndObject();
            offset += tensor.Bytes.Length;
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static Safetensors Read(JsonElement root, ReadOnlyMemory<byte> data)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in root.EnumerateObject())
        {
            if (entry.Name != MetadataName)
            {
                if (!tensors.TryAdd(entry.Name, ReadTensor(entry.Name, entry.Value, data)))
                    throw new InvalidDataException($"The tensor {entry.Name} is there twice.");
                continue;
            }

            foreach (var pair in entry.Value.EnumerateObject())
                metadata[pair.Name] = pair.Value.GetString() ?? "";
        }

        return new Safetensors(tensors, metadata);
    }

    private static StoredTensor ReadTensor(string name, JsonElement entry, ReadOnlyMemory<byte> data)
    {
        var type = entry.GetProperty("dtype").GetString() ?? "";
        var bytes = (long)ElementBytes(type);
        if (bytes == 0)
            throw new InvalidDataException($"The tensor {name} has the unknown type “{type}”.");
        var shape = entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        foreach (var size in shape)
        {
            // Checked against the data at every factor, so that a product of huge sizes cannot overflow into a small number.
            if (size < 0 || (size > 0 && bytes > data.Length / size))
                throw new InvalidDataException($"The tensor {name} is larger than the file.");
            bytes *= size;
        }

        var offsets = entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > data.Length || offsets[1] - offsets[0] != bytes)
            throw new InvalidDataException($"The data of tensor {name} do not lie inside the file.");
        return new StoredTensor(type, shape, data.Slice((int)offsets[0], (int)bytes));
    }
}
