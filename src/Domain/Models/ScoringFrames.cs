using System.Buffers.Binary;
using System.Text.Json;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Models;

/// <summary>A message with the bytes that belong to it.</summary>
public readonly record struct ScoringFrame<T>(T Message, byte[] Body);

/// <summary>
/// How portal and scoring process write what they exchange over the process's standard input and output: 12 bytes — "FSSF", the length
/// of the message and that of the body (uint32, little-endian) — then the message as JSON, then the body as it is. Lengths are
/// checked before memory is taken; after anything that is no frame the channel is over.
/// </summary>
public static class ScoringFrames
{
    /// <summary>Of the protocol. A process of another version is not spoken to.</summary>
    public const int Version = 1;

    /// <summary>The error code of a bundle file that is not what its hash says: fetched again, it may be.</summary>
    public const string BundleChangedCode = "bundle.changed";

    public const int MaxMessageBytes = 64 * 1024;

    /// <summary>Holds the pixels of the largest side that a recipe may have, 1024, and its map.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const int PrefixBytes = 12;

    /// <summary>A message is whole or none.</summary>
    private static readonly JsonSerializerOptions Json = new(WorkerProtocol.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static ReadOnlySpan<byte> Magic => "FSSF"u8;

    /// <exception cref="ArgumentException">Larger than a frame may be: a bug in the caller.</exception>
    public static byte[] Encode<T>(T message, ReadOnlySpan<byte> body)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(message, Json);
        if (text.Length > MaxMessageBytes || body.Length > MaxBodyBytes)
            throw new ArgumentException($"A frame of {text.Length} and {body.Length} bytes is too large.", nameof(body));
        var frame = new byte[PrefixBytes + text.Length + body.Length];
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), (uint)text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), (uint)body.Length);
        text.CopyTo(frame, PrefixBytes);
        body.CopyTo(frame.AsSpan(PrefixBytes + text.Length));
        return frame;
    }

    /// <summary>The next frame, or null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">What came is no frame of this version, or one that is too large.</exception>
    /// <exception cref="EndOfStreamException">The stream ended within a frame.</exception>
    public static async Task<ScoringFrame<T>?> ReadAsync<T>(Stream stream, CancellationToken ct)
        where T : class
    {
        var prefix = new byte[PrefixBytes];
        var read = await stream.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, ct);
        if (read == 0)
            return null;
        if (read < PrefixBytes)
            throw new EndOfStreamException("The channel ended within a frame.");
        if (!prefix.AsSpan(0, 4).SequenceEqual(Magic))
            throw new InvalidDataException("What came over the channel is no frame.");
        var (message, body) = (BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(4)), BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8)));
        if (message is 0 or > MaxMessageBytes || body > MaxBodyBytes)
            throw new InvalidDataException($"A frame of {message} and {body} bytes is refused.");
        var text = new byte[message];
        await stream.ReadExactlyAsync(text, ct);
        var bytes = body == 0 ? [] : new byte[body];
        await stream.ReadExactlyAsync(bytes, ct);
        return new ScoringFrame<T>(Parse<T>(text), bytes);
    }

    private static T Parse<T>(byte[] text)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new InvalidDataException("A frame holds no message.");
        }
        // ArgumentException: half a surrogate pair, which is not even text.
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException("A frame holds something else than a message.", e);
        }
    }
}
