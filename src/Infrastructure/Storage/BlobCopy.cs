using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Storage;

namespace FewShotAD.Infrastructure.Storage;

/// <param name="AlreadyThere">Blobs of the same name and length in the target: an earlier copy brought them.</param>
/// <param name="Damaged">Blobs whose content is not what their name says, in the source or as it arrived.</param>
public sealed record BlobCopyCounts(int Copied, long Bytes, int AlreadyThere, IReadOnlyList<BlobKey> Damaged);

internal enum BlobCopied
{
    Copied,
    AlreadyThere,

    /// <summary>The source has none.</summary>
    Gone,

    /// <summary>Its content is not what its name says, in the source or as it arrived.</summary>
    Damaged,
}

internal readonly record struct BlobOutcome(BlobCopied Was, long Bytes);

/// <summary>
/// Copies all teams' blobs from one store to another. A blob counts as copied when it was read back and its SHA-256 is its name; so a copy
/// that was interrupted is simply begun again and goes on with what is missing. The source is not changed.
/// </summary>
internal static class BlobCopy
{
    /// <param name="checkAll">Whether blobs that are there already are read back as well.</param>
    public static async Task<BlobCopyCounts> RunAsync(IBlobStore from, IBlobStore to, bool checkAll, CancellationToken ct)
    {
        var counts = new BlobCopyCounts(0, 0, 0, []);
        await foreach (var tenant in from.ListTenantsAsync(ct))
        {
            var there = new Dictionary<(BlobKind, UInt128), long>();
            await foreach (var entry in to.ListAsync(tenant, ct))
                there[BlobReferences.Of(entry.Key)] = entry.Bytes;
            await foreach (var entry in from.ListAsync(tenant, ct))
            {
                var isThere = there.TryGetValue(BlobReferences.Of(entry.Key), out var bytes);
                if (isThere && bytes == entry.Bytes && (!checkAll || await IsWholeAsync(to, tenant, entry.Key, ct)))
                    counts = counts with { AlreadyThere = counts.AlreadyThere + 1 };
                else
                    counts = await CopyAsync(from, to, entry, isThere, counts, ct);
            }
        }

        return counts;
    }

    /// <summary>Copies one blob, unless the target has it.</summary>
    public static async Task<BlobOutcome> OneAsync(IBlobStore from, IBlobStore to, BlobKey key, CancellationToken ct)
    {
        await using (var there = await to.OpenReadAsync(key.Tenant, key, ct))
        {
            if (there is not null)
                return new BlobOutcome(BlobCopied.AlreadyThere, there.Length);
        }

        await using var content = await from.OpenReadAsync(key.Tenant, key, ct);
        if (content is null)
            return new BlobOutcome(BlobCopied.Gone, 0);
        var counts = await CopyAsync(from, to, new BlobEntry(key, content.Length, default), replaces: false, new BlobCopyCounts(0, 0, 0, []), ct);
        if (counts.Copied == 1)
            return new BlobOutcome(BlobCopied.Copied, content.Length);
        await using var still = await from.OpenReadAsync(key.Tenant, key, ct);
        return new BlobOutcome(still is null ? BlobCopied.Gone : BlobCopied.Damaged, 0);
    }

    private static async Task<BlobCopyCounts> CopyAsync(IBlobStore from, IBlobStore to, BlobEntry entry, bool replaces, BlobCopyCounts counts, CancellationToken ct)
    {
        var (key, tenant) = (entry.Key, entry.Key.Tenant);
        // Looked at before anything is written: what is damaged never gets into the target, under whatever name.
        if (!await IsWholeAsync(from, tenant, key, ct))
            return counts with { Damaged = [.. counts.Damaged, key] };
        // A store keeps what it has under a name: what is not whole must go first.
        if (replaces)
            await to.DeleteAsync(tenant, key, DateTimeOffset.MaxValue, ct);
        await using var content = await from.OpenReadAsync(tenant, key, ct);
        if (content is null)
            return counts; // swept meanwhile
        await to.PutAsync(tenant, key.Kind, content, ct);
        return await IsWholeAsync(to, tenant, key, ct)
            ? counts with { Copied = counts.Copied + 1, Bytes = counts.Bytes + entry.Bytes }
            : counts with { Damaged = [.. counts.Damaged, key] };
    }

    /// <summary>Whether the blob is there and its SHA-256 is its name.</summary>
    public static async Task<bool> IsWholeAsync(IBlobStore store, TenantId tenant, BlobKey key, CancellationToken ct)
    {
        await using var content = await store.OpenReadAsync(tenant, key, ct);
        return content is not null && Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct)) == key.Sha256;
    }
}
