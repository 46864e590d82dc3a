using FewShotAD.Domain.Common;

namespace FewShotAD.Domain.Storage;

/// <param name="Touched">When the content was last written or put again; the sweeper's grace counts from here.</param>
public sealed record BlobEntry(BlobKey Key, long Bytes, DateTimeOffset Touched);

/// <summary>
/// Content-addressed storage, one tenant at a time. Writes are atomic: a reader sees the whole blob or none, and putting
/// content that exists already only renews its <see cref="BlobEntry.Touched"/>. Implementations refuse a key of another tenant.
/// </summary>
public interface IBlobStore
{
    /// <summary>Stores the stream from its current position to its end and returns where. Memory stays flat.</summary>
    Task<BlobKey> PutAsync(TenantId tenant, BlobKind kind, Stream content, CancellationToken ct);

    /// <summary>Opens a blob for reading (seekable), or null when there is none.</summary>
    /// <exception cref="ArgumentException">The key belongs to another tenant.</exception>
    Task<Stream?> OpenReadAsync(TenantId tenant, BlobKey key, CancellationToken ct);

    IAsyncEnumerable<BlobEntry> ListAsync(TenantId tenant, CancellationToken ct);

    /// <summary>Tenants that have at least one blob, known to the database or not; the sweeper starts here.</summary>
    IAsyncEnumerable<TenantId> ListTenantsAsync(CancellationToken ct);

    /// <summary>Deletes a blob unless it was touched after <paramref name="unlessTouchedAfter"/>. Returns whether it is gone.</summary>
    Task<bool> DeleteAsync(TenantId tenant, BlobKey key, DateTimeOffset unlessTouchedAfter, CancellationToken ct);
}
