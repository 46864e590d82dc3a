using System.Buffers.Binary;
using System.Text;

namespace FewShotAD.TrainingJobs.Weights.Pickle;

/// <summary>
/// The bytes of a pickle, never more than <paramref name="limit"/> of them. Whatever is wrong with them is an
/// <see cref="InvalidDataException"/>: too few, too many, or no text where text must be.
/// </summary>
internal sealed class PickleInput(Stream stream, long limit)
{
    /// <summary>The longest name of a tensor is a hundred letters; nothing else in a file of weights is text.</summary>
    private const int MaxText = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] word = new byte[8];
    private long left = limit;

    public byte Byte()
    {
        Fill(word.AsSpan(0, 1));
        return word[0];
    }

    public ushort UInt16()
    {
        Fill(word.AsSpan(0, 2));
        return BinaryPrimitives.ReadUInt16LittleEndian(word);
    }

    public int Int32()
    {
        Fill(word.AsSpan(0, 4));
        return BinaryPrimitives.ReadInt32LittleEndian(word);
    }

    public long Int64()
    {
        Fill(word);
        return BinaryPrimitives.ReadInt64LittleEndian(word);
    }

    /// <summary>Floats of a pickle are big-endian, unlike everything else in it.</summary>
    public double Double()
    {
        Fill(word);
        return BinaryPrimitives.ReadDoubleBigEndian(word);
    }

    public byte[] Bytes(long count)
    {
        if (count is < 0 or > MaxText)
            throw new InvalidDataException($"a piece of {count} bytes stands where a name or a number belongs");
        var bytes = new byte[(int)count];
        Fill(bytes);
        return bytes;
    }

    public string Text(long bytes) => Decode(Bytes(bytes));

    /// <summary>Up to the next line break, which is taken and left out.</summary>
    public string Line()
    {
        var bytes = new List<byte>();
        for (var next = Byte(); next != '\n'; next = Byte())
        {
            if (bytes.Count == MaxText)
                throw new InvalidDataException("a line does not end");
            bytes.Add(next);
        }

        return Decode([.. bytes]);
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a name is not valid UTF-8", e);
        }
    }

    private void Fill(Span<byte> target)
    {
        if (target.Length > left)
            throw new InvalidDataException("its directory of tensors is larger than that of any network");
        left -= target.Length;
        if (stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) < target.Length)
            throw new InvalidDataException("it ends in the middle");
    }
}
