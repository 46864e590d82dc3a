using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Transfers.Zip;

/// <summary>What a zip from outside may be at most. All of it is checked in its directory, before anything is unpacked.</summary>
public sealed record ZipLimits(int MaxEntries, long MaxUnpackedBytes)
{
    public const int MaxPathLength = 1_024;

    /// <summary>Unpacked against packed, for the whole; deflate can do a thousand, pictures do little.</summary>
    public const int MaxRatio = 100;

    /// <summary>A small zip may have any ratio: its content does no harm.</summary>
    public const long FreeBytes = 64L << 20;

    public static ZipLimits Of(TransferOptions options) => new(options.MaxEntries, options.MaxUnpackedBytes);
}

public sealed record NotAZip(string Why)
    : Error(ErrorKind.Invalid, "zip.damaged", $"This is no zip that can be read: {Why}. Pack it again, or send it again if the upload broke off.");

public sealed record TooManyEntries(int Most)
    : Error(ErrorKind.TooLarge, "zip.entries", $"The zip has more than {Most:N0} entries. Split it into several.");

public sealed record UnpacksTooLarge(long Most)
    : Error(ErrorKind.TooLarge, "zip.large", $"Unpacked, the zip is larger than {Most >> 20:N0} MB. Split it into several.");

public sealed record ZipBomb()
    : Error(ErrorKind.Invalid, "zip.ratio", $"The zip unpacks to more than {ZipLimits.MaxRatio} times its size, which pictures do not. Pack the pictures as they are.");

public sealed record UnsafeZipPath(string Path)
    : Error(ErrorKind.Invalid, "zip.path", $"The zip has the entry “{Path}”, which leads out of its own folder or is no usable name. Pack the folder again with a usual program.");

public sealed record EncryptedZip(string Path)
    : Error(ErrorKind.Invalid, "zip.encrypted", $"“{Path}” in the zip is encrypted. Pack it without a password.");

public sealed record DoubleZipEntry(string Path)
    : Error(ErrorKind.Invalid, "zip.double", $"The zip has “{Path}” twice, so it cannot be said which one is meant. Pack it again.");
