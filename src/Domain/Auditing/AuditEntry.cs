using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;

namespace FewShotAD.Domain.Auditing;

/// <summary>Who did it: a person, or a program by the key that the person made.</summary>
public sealed record AuditAuthor(UserId User, ApiKeyId? Key = null);

/// <summary>What was done, to which thing (<paramref name="Id"/> as its address has it), and in a few words how.</summary>
public sealed record AuditNote(string Action, string Subject, string Id, string Detail = "");

/// <summary>One line of a team's audit trail.</summary>
public sealed class AuditEntry : ChainedEntry, ITenantOwned
{
    private AuditEntry()
    {
    }

    private AuditEntry(TenantId tenant, AuditAuthor author, AuditNote note, DateTimeOffset now)
        : base(author.User, note, now) => (TenantId, KeyId) = (tenant, author.Key);

    public TenantId TenantId { get; private set; }

    public ApiKeyId? KeyId { get; private set; }

    /// <summary>A line to come: its number, name and hashes are given when it is written.</summary>
    public static AuditEntry Stage(TenantId tenant, AuditAuthor author, AuditNote note, DateTimeOffset now) => new(tenant, author, note, now);

    public override string ComputeHash() => AuditHash.Of(this);
}
