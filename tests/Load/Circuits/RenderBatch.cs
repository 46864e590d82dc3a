using System.Buffers.Binary;
using System.Text;

namespace FewShotAD.Load.Circuits;

/// <summary>A new element with a handler of clicks.</summary>
/// <param name="Name">Its <c>data-test</c>, or else its <c>aria-label</c>.</param>
/// <param name="Handler">What a click is sent to.</param>
internal sealed record Clickable(string Name, ulong Handler);

/// <summary>
/// What a page reads of a batch: which elements can be clicked now, and which handlers are gone. The layout is that of Blazor's
/// OutOfProcessRenderBatch.ts: five offsets at the end, frames of 20 bytes, strings with a length of 7 bits a byte.
/// </summary>
internal static class RenderBatch
{
    private const int Offsets = 20;
    private const int FrameSize = 20;
    private const int ElementFrame = 1;
    private const int AttributeFrame = 3;

    public static (IReadOnlyList<Clickable> Appeared, IReadOnlyList<ulong> Gone) Read(ReadOnlySpan<byte> batch)
    {
        var end = batch.Length - Offsets;
        var (frames, gone, strings) = (Number(batch, end + 4), Number(batch, end + 12), Number(batch, end + 16));
        var appeared = new List<Clickable>();
        var count = Number(batch, frames);
        for (var i = 0; i < count; i++)
        {
            if (TypeOf(batch, frames, i) == ElementFrame && ElementAt(batch, frames, strings, i, count) is { } clickable)
                appeared.Add(clickable);
        }

        var handlers = new List<ulong>();
        for (var i = 0; i < Number(batch, gone); i++)
            handlers.Add(BinaryPrimitives.ReadUInt64LittleEndian(batch[(gone + 4 + (8 * i))..]));
        return (appeared, handlers);
    }

    /// <summary>An element's attributes follow it at once.</summary>
    private static Clickable? ElementAt(ReadOnlySpan<byte> batch, int frames, int strings, int element, int count)
    {
        var (handler, test, label) = (0UL, (string?)null, (string?)null);
        for (var i = element + 1; i < count && TypeOf(batch, frames, i) == AttributeFrame; i++)
        {
            var at = frames + 4 + (i * FrameSize);
            switch (Text(batch, strings, Number(batch, at + 4)))
            {
                case "onclick":
                    handler = BinaryPrimitives.ReadUInt64LittleEndian(batch[(at + 12)..]);
                    break;
                case "data-test":
                    test = Text(batch, strings, Number(batch, at + 8));
                    break;
                case "aria-label":
                    label = Text(batch, strings, Number(batch, at + 8));
                    break;
            }
        }

        return handler != 0 && (test ?? label) is { } name ? new Clickable(name, handler) : null;
    }

    private static int TypeOf(ReadOnlySpan<byte> batch, int frames, int index) => Number(batch, frames + 4 + (index * FrameSize));

    private static int Number(ReadOnlySpan<byte> batch, int at) => BinaryPrimitives.ReadInt32LittleEndian(batch[at..]);

    private static string? Text(ReadOnlySpan<byte> batch, int strings, int index)
    {
        if (index < 0)
            return null;
        var at = Number(batch, strings + (4 * index));
        var (length, shift) = (0, 0);
        byte part;
        do
        {
            part = batch[at++];
            length |= (part & 0x7F) << shift;
            shift += 7;
        }
        while ((part & 0x80) != 0);
        return Encoding.UTF8.GetString(batch.Slice(at, length));
    }
}
