using FewShotAD.Domain.Common;

namespace FewShotAD.Imaging;

public sealed record EmptyFile()
    : Error(ErrorKind.Invalid, "image.empty", "The file is empty: it has no bytes, so nothing was added. Copy or export it again.");

public sealed record FileTooLarge(long MaxBytes)
    : Error(ErrorKind.TooLarge, "image.bytes",
        $"The file is larger than {MaxBytes / (1024 * 1024)} MB and was not read. Export it smaller or compressed.");

public sealed record NotAnImage()
    : Error(ErrorKind.Invalid, "image.content",
        $"The content of this file is not an image, whatever its name says; nothing was added. Upload {SupportedFormats.Listed}.");

public sealed record UnsupportedFormat(string Found)
    : Error(ErrorKind.Invalid, "image.format",
        $"This is {Found}, an unsupported format; nothing was added. Export it as {SupportedFormats.Listed}.");

public sealed record UnsupportedVariant(string Format, string Found)
    : Error(ErrorKind.Invalid, "image.variant",
        $"This {Format} file has {Found}, which cannot be read; nothing was added. Export it as a plain PNG with 8 or 16 bits.");

public sealed record TruncatedImage(string Format)
    : Error(ErrorKind.Invalid, "image.truncated",
        $"This {Format} file is truncated: its end is missing, so nothing was added. Copy it again from the source.");

public sealed record CorruptImage(string Format, string Found)
    : Error(ErrorKind.Invalid, "image.corrupt",
        $"This {Format} file is corrupt ({Found}), so its pixels cannot be trusted and nothing was added. Copy or export it again.");

public sealed record ImageTooSmall(int Width, int Height, int MinSide)
    : Error(ErrorKind.Invalid, "image.small",
        $"The image is {Width}×{Height} pixels; the minimum side is {MinSide}. Nothing was added. Upload the original, not a thumbnail.");

public sealed record TooManyPixels(int Width, int Height, long MaxPixels)
    : Error(ErrorKind.TooLarge, "image.pixels",
        $"The image is {Width}×{Height}: too many pixels (at most {MaxPixels / 1_000_000} million). It was not decoded. Scale it down.");

public sealed record SideTooLong(int Width, int Height, int MaxSide)
    : Error(ErrorKind.TooLarge, "image.side",
        $"The image is {Width}×{Height}; a side has at most {MaxSide} pixels, so it was not decoded. Scale it down.");

public sealed record LossyMask(string Format)
    : Error(ErrorKind.Invalid, "mask.lossy",
        $"The mask is a {Format} file, whose compression blurs its edges; it was not added. Export the mask as PNG.");
