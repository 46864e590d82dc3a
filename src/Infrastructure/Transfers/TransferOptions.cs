namespace FewShotAD.Infrastructure.Transfers;

/// <summary>Section <c>Transfers</c>: exports, imports and restores.</summary>
public sealed class TransferOptions
{
    public const string Section = "Transfers";

    /// <summary>Waiting or running in one team; the next is refused until one ends.</summary>
    public int MostAtOnce { get; set; } = 5;

    /// <summary>Largest zip that is taken in, in bytes.</summary>
    public long MaxZipBytes { get; set; } = 16L << 30;

    /// <summary>Entries of a zip.</summary>
    public int MaxEntries { get; set; } = 300_000;

    /// <summary>All entries of a zip together, unpacked, in bytes.</summary>
    public long MaxUnpackedBytes { get; set; } = 32L << 30;
}
