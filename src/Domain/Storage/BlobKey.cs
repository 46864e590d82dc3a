using System.Diagnostics.CodeAnalysis;
using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Storage;

/// <summary>What a blob is for. It is a folder of the path, so that retention rules can name it.</summary>
public enum BlobKind
{
    Original,
    View,
    Thumbnail,
    Mask,

    /// <summary>Pixels that scores leave out.</summary>
    Ignore,
    Map,
    Heatmap,
    Model,

    /// <summary>A finished export, to be fetched.</summary>
    Export,

    /// <summary>What an import works with: the uploaded zip, and its report.</summary>
    Import,
}

/// <summary>
/// Where a blob lies: <c>{tenant}/{kind}/{first two of hash}/{SHA-256}</c>. The only type that makes blob paths,
/// so that every path begins with its tenant and names its content.
/// </summary>
public sealed record BlobKey
{
    private BlobKey(TenantId tenant, BlobKind kind, string sha256)
    {
        Tenant = tenant;
        Kind = kind;
        Sha256 = sha256;
    }

    public TenantId Tenant { get; }

    public BlobKind Kind { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the content.</summary>
    public string Sha256 { get; }

    public static BlobKey For(TenantId tenant, BlobKind kind, string sha256)
    {
        if (!IsSha256(sha256))
            throw new ArgumentException("Not a lower-case hexadecimal SHA-256.", nameof(sha256));
        return new BlobKey(tenant, kind, sha256);
    }

    /// <summary>Everything of a tenant lies under this prefix; it ends with a slash, so that no tenant is a prefix of another.</summary>
    public static string PrefixOf(TenantId tenant) => $"{tenant}/";

    public static bool TryParse(string? path, [NotNullWhen(true)] out BlobKey? key)
    {
        key = null;
        var parts = path?.Split('/') ?? [];
        if (parts.Length != 4
            || !Guid.TryParseExact(parts[0], "N", out var tenant)
            || KindOf(parts[1]) is not { } kind
            || !IsSha256(parts[3])
            || parts[2] != parts[3][..2])
            return false;
        // Guid's parser takes capitals and blanks as well; one blob has one spelling.
        var parsed = new BlobKey(new TenantId(tenant), kind, parts[3]);
        key = parsed.ToString() == path ? parsed : null;
        return key is not null;
    }

    public static BlobKey Parse(string path) =>
        TryParse(path, out var key) ? key : throw new FormatException($"“{path}” is not a blob path.");

    public override string ToString() => $"{PrefixOf(Tenant)}{Folder(Kind)}/{Sha256[..2]}/{Sha256}";

    private static string Folder(BlobKind kind) => kind switch
    {
        BlobKind.Original => "original",
        BlobKind.View => "view",
        BlobKind.Thumbnail => "thumbnail",
        BlobKind.Mask => "mask",
        BlobKind.Ignore => "ignore",
        BlobKind.Map => "map",
        BlobKind.Heatmap => "heatmap",
        BlobKind.Model => "model",
        BlobKind.Export => "export",
        BlobKind.Import => "import",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static BlobKind? KindOf(string folder)
    {
        foreach (var kind in Enum.GetValues<BlobKind>())
        {
            if (Folder(kind) == folder)
                return kind;
        }

        return null;
    }

    private static bool IsSha256(string text) =>
        text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
