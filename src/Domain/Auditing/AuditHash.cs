using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FewShotAD.Domain.Auditing;

/// <summary>
/// SHA-256 over all that a line says and the hash before it. Every field has a fixed width or its length in front, so no two
/// lines are written alike: “ab”, “c” is not “a”, “bc”.
/// </summary>
public static class AuditHash
{
    /// <summary>First in the encoding: another way to encode gets another word, and old lines are still checked the old way.</summary>
    private const string Version = "fewshotad-audit-1";

    /// <summary>The platform's lines: of no team and by no key.</summary>
    private const string PlatformVersion = "fewshotad-platform-1";

    public static string Of(AuditEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, Version);
        Id(hash, entry.TenantId.Value);
        Number(hash, entry.Sequence);
        Number(hash, entry.At.UtcTicks);
        Id(hash, entry.ActorId.Value);
        Text(hash, entry.ActorName);
        Number(hash, entry.KeyId is null ? 0 : 1);
        Id(hash, entry.KeyId?.Value ?? Guid.Empty);
        Text(hash, entry.Action);
        Text(hash, entry.SubjectKind);
        Text(hash, entry.SubjectId);
        Text(hash, entry.Detail);
        Text(hash, entry.PreviousHash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Of(PlatformEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Text(hash, PlatformVersion);
        Number(hash, entry.Sequence);
        Number(hash, entry.At.UtcTicks);
        Id(hash, entry.ActorId.Value);
        Text(hash, entry.ActorName);
        Text(hash, entry.Action);
        Text(hash, entry.SubjectKind);
        Text(hash, entry.SubjectId);
        Text(hash, entry.Detail);
        Text(hash, entry.PreviousHash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Text(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Number(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Id(IncrementalHash hash, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        hash.AppendData(bytes);
    }
}
