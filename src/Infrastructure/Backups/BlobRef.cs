using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Backups;

/// <summary>A blob's key in 64 bytes: what is kept in memory of each blob of an installation.</summary>
internal readonly record struct BlobRef(Guid Tenant, BlobKind Kind, UInt128 High, UInt128 Low)
{
    public static BlobRef Of(BlobKey key) => new(key.Tenant.Value, key.Kind, Half(key.Sha256, 0), Half(key.Sha256, 32));

    public BlobKey Key => BlobKey.For(new TenantId(Tenant), Kind, string.Create(CultureInfo.InvariantCulture, $"{High:x32}{Low:x32}"));

    private static UInt128 Half(string hash, int from) => UInt128.Parse(hash.AsSpan(from, 32), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
