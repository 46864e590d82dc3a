using BitMiracle.LibTiff.Classic;

namespace FewShotAD.Imaging;

/// <summary>A TIFF in memory for the library, read-only and without a copy.</summary>
internal sealed class TiffMemory(ReadOnlyMemory<byte> file) : TiffStream
{
    private long position;

    public override int Read(object clientData, byte[] buffer, int offset, int count)
    {
        var available = (int)Math.Clamp(file.Length - position, 0, count);
        if (available > 0)
            file.Span.Slice((int)position, available).CopyTo(buffer.AsSpan(offset));
        position += available;
        return available;
    }

    public override void Write(object clientData, byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(object clientData, long offset, SeekOrigin origin)
    {
        var from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => position,
            _ => file.Length,
        };
        position = Math.Max(0, from + offset);
        return position;
    }

    public override void Close(object clientData)
    {
    }

    public override long Size(object clientData) => file.Length;
}

/// <summary>Keeps the library from writing to the console; what it returns says enough.</summary>
internal sealed class SilentTiffErrors : TiffErrorHandler
{
    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }

    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
    }

    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
    }
}
