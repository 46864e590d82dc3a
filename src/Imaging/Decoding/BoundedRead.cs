using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

/// <summary>Reads a stream to its end, but never more than the limit allows.</summary>
internal static class BoundedRead
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>Everything from the current position on, or the error that says that it is too much.</summary>
    public static Result<ReadOnlyMemory<byte>> All(Stream content, DecodeLimits limits, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(limits);
        if (content.CanSeek && content.Length - content.Position > limits.MaxBytes)
            return new FileTooLarge(limits.MaxBytes);
        using var buffer = new MemoryStream(content.CanSeek ? (int)Math.Max(0, content.Length - content.Position) : 0);
        var block = new byte[BlockBytes];
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var count = content.Read(block);
            if (count == 0)
                return new ReadOnlyMemory<byte>(buffer.GetBuffer(), 0, (int)buffer.Length);
            if (buffer.Length + count > limits.MaxBytes)
                return new FileTooLarge(limits.MaxBytes);
            buffer.Write(block, 0, count);
        }
    }
}
