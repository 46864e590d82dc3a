using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Storage;

internal static class BlobOwnership
{
    /// <exception cref="ArgumentException">The key belongs to another tenant: a bug in the caller.</exception>
    public static BlobKey Require(TenantId tenant, BlobKey key) => key.Tenant == tenant
        ? key
        : throw new ArgumentException("The blob belongs to another tenant.", nameof(key));
}
